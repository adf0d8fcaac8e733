import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applyPatch,
  type Dialect,
  diff,
  findAttribute,
  type Json,
  type JsonObject,
  LENIENT,
  parsePatch,
  parseResource,
  ScimError,
  STRICT,
  URN,
  UserType,
} from '../../../../src/scim/index.js';
import { hasAll, identityOf, isComplete } from '../../../../src/scim/resource/element-identity.js';

const ENTRA: Dialect = { ...LENIENT, replaceCreates: true, bareWords: true, emptyPatch: true };
const RUNS = 1000;

const type = fc.constantFrom('work', 'home', 'Work', 'other');
const value = fc.constantFrom('a@x.test', 'A@X.test', 'b@x.test', 'c@x.test');
const text = fc.constantFrom('x', 'y', 'X');
const truth = fc.boolean();
const blank = fc.constantFrom(null, '');

/** An element as a client sends it: with or without its value. */
const element = fc.record(
  { value: fc.oneof({ weight: 8, arbitrary: value }, blank), type, display: text, primary: truth },
  { requiredKeys: [] },
);
const address = fc.record(
  { type, country: fc.oneof({ weight: 8, arbitrary: text }, blank), locality: text, primary: truth },
  { requiredKeys: [] },
);

const term = fc.oneof(
  type.map((each) => `type eq "${each}"`),
  value.map((each) => `value eq "${each}"`),
  truth.map((each) => `primary eq ${each}`),
  text.map((each) => `display eq "${each}"`),
  fc.constantFrom('display pr', 'type sw "w"', 'value co "b@"', 'type ne "work"', 'primary pr'),
);
const filter = fc.oneof(
  term,
  fc.tuple(term, fc.constantFrom('and', 'or'), term).map((parts) => parts.join(' ')),
  term.map((each) => `not (${each})`),
  fc.tuple(term, term).map(([one, other]) => `${one} and not (${other})`),
);
const op = fc.constantFrom('add', 'replace');

/** One operation on the e-mail addresses of a user, in every form there is. */
const operation: fc.Arbitrary<object> = fc.oneof(
  fc.record({ op, path: fc.constant('emails'), value: fc.oneof(fc.array(element, { maxLength: 3 }), element) }),
  fc.record({ op, value: fc.record({ emails: fc.array(element, { maxLength: 3 }) }) }),
  fc.record({ op, path: filter.map((each) => `emails[${each}]`), value: element }),
  fc.record({ op, path: filter.map((each) => `emails[${each}].value`), value: fc.oneof(value, blank) }),
  fc.record({ op, path: filter.map((each) => `emails[${each}].type`), value: type }),
  fc.record({ op, path: filter.map((each) => `emails[${each}].display`), value: fc.oneof(text, blank) }),
  fc.record({ op, path: filter.map((each) => `emails[${each}].primary`), value: truth }),
  fc.record({ op, path: fc.constantFrom('emails.value', 'emails.type', 'emails.display'), value: text }),
  fc.record({ op, path: fc.constant('emails.primary'), value: truth }),
  fc.record({ op: fc.constant('remove'), path: filter.map((each) => `emails[${each}]`) }),
  fc.record({
    op: fc.constant('remove'),
    path: fc.tuple(filter, fc.constantFrom('value', 'type', 'display', 'primary')).map(([f, s]) => `emails[${f}].${s}`),
  }),
  fc.record({ op: fc.constant('remove'), path: fc.constant('emails'), value: fc.array(element, { maxLength: 2 }) }),
  fc.record({ op: fc.constant('remove'), path: fc.constantFrom('emails', 'emails.value', 'emails.display', 'active') }),
  fc.record({ op, path: fc.constant('addresses'), value: fc.array(address, { maxLength: 3 }) }),
  fc.record({ op, path: type.map((each) => `addresses[type eq "${each}"].country`), value: fc.oneof(text, blank) }),
  fc.record({ op, path: type.map((each) => `addresses[type eq "${each}"]`), value: address }),
  fc.record({ op, path: fc.constantFrom('title', 'name.givenName', 'nickName'), value: fc.oneof(text, blank) }),
  fc.record({ op, path: fc.constant('active'), value: fc.constantFrom(true, false, 'False', null) }),
);

const user = fc
  .record({
    emails: fc.array(element, { maxLength: 4 }),
    addresses: fc.array(address, { maxLength: 3 }),
    active: truth,
  })
  .map(
    (attributes) =>
      parseResource({ schemas: [URN.user], userName: 'u', ...attributes }, UserType, LENIENT, new Set()).resource,
  );
const dialect = fc.constantFrom(LENIENT, ENTRA, STRICT);

function patched(resource: JsonObject, operations: readonly object[], with_: Dialect): JsonObject | undefined {
  try {
    const body = { schemas: [URN.patchOp], Operations: operations };
    const parsed = parsePatch(body, UserType, with_, new Set());
    return applyPatch(resource, parsed, UserType, with_, new Set()).resource;
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

const elementsOf = (resource: JsonObject, name: string) => (resource[name] ?? []) as readonly Json[];

/** Every element says something, no two are equal, one is primary at most. */
function expectElements(resource: JsonObject): void {
  for (const name of ['emails', 'addresses']) {
    const { attribute } = findAttribute(UserType, name) ?? {};
    if (!attribute) throw new Error(`${name} is no attribute`);
    const elements = elementsOf(resource, name);
    expect(elements.every((each) => isComplete(attribute, each))).toBe(true);
    expect(new Set(elements.map((each) => identityOf(attribute, each))).size).toBe(elements.length);
    const primaries = elements.filter((each) => hasAll(attribute, each, { primary: true }));
    if (primaries.length > 1) throw new Error(`${primaries.length} primary ${name}`);
  }
}

describe('A PATCH that is sent again', () => {
  it(`changes nothing, whatever the one operation in it (${RUNS} runs)`, () => {
    fc.assert(
      fc.property(user, operation, dialect, (before, each, how) => {
        const first = patched(before, [each], how);
        if (!first) return;
        for (let again = 0; again < 2; again++) {
          expect(diff(first, patched(first, [each], how) ?? first).changed).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  /** What an identity provider sends: values by fixed paths, none of which selects by what another one sets. */
  const mapped: fc.Arbitrary<object> = fc.oneof(
    fc.record({ op, path: fc.constantFrom('title', 'name.givenName', 'nickName'), value: fc.oneof(text, blank) }),
    fc.record({ op, path: fc.constant('active'), value: truth }),
    fc.record({ op, path: type.map((each) => `emails[type eq "${each}"].value`), value }),
    fc.record({ op, path: type.map((each) => `emails[type eq "${each}"].display`), value: text }),
    fc.record({ op, path: type.map((each) => `phoneNumbers[type eq "${each}"].value`), value: text }),
    fc.record({ op, path: type.map((each) => `addresses[type eq "${each}"].country`), value: text }),
    fc.record({ op, path: type.map((each) => `addresses[type eq "${each}"].locality`), value: text }),
    fc.record({ op, path: fc.constant('roles'), value: fc.array(fc.record({ value: text, type }), { maxLength: 2 }) }),
    fc.record({ op: fc.constant('remove'), path: type.map((each) => `ims[type eq "${each}"]`) }),
    fc.record({ op: fc.constant('remove'), path: fc.constantFrom('title', 'active', 'photos') }),
  );

  it(`changes nothing, whatever the list of operations that set values by fixed paths (${RUNS} runs)`, () => {
    fc.assert(
      fc.property(user, fc.array(mapped, { minLength: 1, maxLength: 8 }), dialect, (before, operations, how) => {
        const first = patched(before, operations, how);
        if (!first) return;
        for (let again = 0; again < 2; again++) {
          expect(diff(first, patched(first, operations, how) ?? first).changed).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('Elements', () => {
  it(`have a value, are there once, and one is primary at most, after any sequence of writes (${RUNS} runs)`, () => {
    const write = fc.oneof(
      fc.array(operation, { minLength: 1, maxLength: 4 }).map((operations) => ({ operations })),
      fc.record({ emails: fc.array(element, { maxLength: 4 }), addresses: fc.array(address, { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(user, fc.array(write, { maxLength: 5 }), dialect, (start, writes, how) => {
        let resource = start;
        expectElements(resource);
        for (const each of writes) {
          if ('operations' in each) resource = patched(resource, each.operations, how) ?? resource;
          else {
            const body = { schemas: [URN.user], userName: 'u', ...each };
            resource = parseResource(body, UserType, LENIENT, new Set()).resource;
          }
          expectElements(resource);
        }
      }),
      { numRuns: RUNS },
    );
  });

  const emails = (list: readonly object[]) => {
    const posted = parseResource(
      { schemas: [URN.user], userName: 'u', emails: list as Json },
      UserType,
      LENIENT,
      new Set(),
    ).resource;
    const bare = parseResource({ schemas: [URN.user], userName: 'u' }, UserType, LENIENT, new Set()).resource;
    const forms = [
      { op: 'add', path: 'emails', value: list },
      { op: 'replace', path: 'emails', value: list },
      { op: 'add', value: { emails: list } },
      { op: 'replace', value: { emails: list } },
    ].map((each) => patched(bare, [each], LENIENT));
    for (const form of forms) expect(form).toEqual(posted);
    return posted.emails;
  };

  it.each<[string, readonly object[], unknown]>([
    ['without a value: not stored', [{ type: 'work', value: '' }, { type: 'home' }, { primary: true }], undefined],
    [
      'equal without regard to case: one, spelled as the first, primary as any',
      [
        { value: 'a@x.test', type: 'work' },
        { value: 'A@X.test', type: 'WORK', primary: true },
      ],
      [{ value: 'a@x.test', type: 'work', primary: true }],
    ],
    [
      'equal, and primary lost by none',
      [
        { value: 'a', primary: true, display: 'd' },
        { value: 'A', primary: false },
      ],
      [{ value: 'a', display: 'd', primary: true }],
    ],
    [
      'of another type: two',
      [{ value: 'a', type: 'work' }, { value: 'a' }],
      [{ value: 'a', type: 'work' }, { value: 'a' }],
    ],
  ])('are the same in POST, PUT and every form of PATCH: %s', (_what, list, expected) => {
    expect(emails(list)).toEqual(expected);
  });

  it('an address with no component is nothing', () => {
    const addresses = [
      { type: 'work', primary: true },
      { type: 'home', country: 'NO' },
    ];
    const posted = parseResource({ schemas: [URN.user], userName: 'u', addresses }, UserType, LENIENT, new Set());
    expect(posted.resource.addresses).toEqual([{ type: 'home', country: 'NO' }]);
  });

  it('one in the making takes its parts in any order, and takes primary from another only when it has a value', () => {
    const start = parseResource(
      { schemas: [URN.user], userName: 'u', emails: [{ value: 'h', type: 'home', primary: true }] },
      UserType,
      LENIENT,
      new Set(),
    ).resource;
    const primary = { op: 'Replace', path: 'emails[type eq "work"].primary', value: 'True' };
    const work = { op: 'Replace', path: 'emails[type eq "work"].value', value: 'w' };
    expect(patched(start, [primary], ENTRA)).toEqual(start);
    for (const operations of [
      [primary, work],
      [work, primary],
    ]) {
      expect(patched(start, operations, ENTRA)?.emails).toEqual([
        { value: 'h', type: 'home', primary: false },
        { value: 'w', type: 'work', primary: true },
      ]);
    }
  });
});
