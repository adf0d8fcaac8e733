import fc from 'fast-check';

/** An operation on `members` as a client sends it, and what it does to a set. */
export interface MemberOperation {
  readonly wire: object;
  apply(members: ReadonlySet<string>): Set<string>;
}

const elements = (values: readonly string[]) => values.map((value) => ({ value }));
const selection = (values: readonly string[]) => values.map((value) => `value eq "${value}"`).join(' or ');

type Shape = (values: readonly string[]) => MemberOperation;
const adding =
  (wire: (values: readonly string[]) => object): Shape =>
  (values) => ({ wire: wire(values), apply: (members) => new Set([...members, ...values]) });
const removing =
  (wire: (values: readonly string[]) => object): Shape =>
  (values) => ({
    wire: wire(values),
    apply: (members) => new Set([...members].filter((member) => !values.includes(member))),
  });
const setting =
  (wire: (values: readonly string[]) => object): Shape =>
  (values) => ({ wire: wire(values), apply: () => new Set(values) });

/** Each way there is to say it (RFC 7644 §3.5.2, and what Okta, Entra and authentik make of it). */
export const SHAPES: Readonly<Record<string, Shape>> = {
  add: adding((values) => ({ op: 'add', path: 'members', value: elements(values) })),
  'add without path': adding((values) => ({ op: 'add', value: { members: elements(values) } })),
  'Add with $ref null': adding((values) => ({
    op: 'Add',
    path: 'members',
    value: values.map((value) => ({ $ref: null, value })),
  })),
  'remove with a value': removing((values) => ({ op: 'remove', path: 'members', value: elements(values) })),
  'remove with members in the value': removing((values) => ({
    op: 'remove',
    path: 'members',
    value: { members: elements(values) },
  })),
  'remove by filter': removing((values) => ({ op: 'remove', path: `members[${selection(values)}]` })),
  replace: setting((values) => ({ op: 'replace', path: 'members', value: elements(values) })),
  'replace without path': setting((values) => ({ op: 'replace', value: { members: elements(values) } })),
};
const CLEARING: readonly MemberOperation[] = [
  { wire: { op: 'remove', path: 'members' }, apply: () => new Set() },
  { wire: { op: 'replace', path: 'members', value: [] }, apply: () => new Set() },
];

/** @param ids of people, some of whom may be nobody */
function memberOperation(ids: readonly string[]): fc.Arbitrary<MemberOperation> {
  const values = fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 4 });
  const shaped = fc.tuple(fc.constantFrom(...Object.values(SHAPES)), values).map(([shape, chosen]) => shape(chosen));
  return fc.oneof({ weight: 8, arbitrary: shaped }, { weight: 1, arbitrary: fc.constantFrom(...CLEARING) });
}

/** The operations of one PATCH. */
export function memberPatch(ids: readonly string[], most = 4): fc.Arbitrary<readonly MemberOperation[]> {
  return fc.array(memberOperation(ids), { minLength: 1, maxLength: most });
}
