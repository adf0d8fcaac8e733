import fc from 'fast-check';
import { complexDefault } from '../../src/scim/attribute-path.js';
import type { CompareOp, ElementFilter, Filter, Literal } from '../../src/scim/filter/ast.js';
import { COMMON_ATTRIBUTES } from '../../src/scim/schema/common-attributes.js';
import type { Attribute, AttributeRef } from '../../src/scim/schema/model.js';
import { UserType } from '../../src/scim/schema/resource-types.js';
import { idArbitrary, instantArbitrary, SCIM_URL, textArbitrary, typeArbitrary } from './user-arbitrary.js';

const EQUALITY: readonly CompareOp[] = ['eq', 'ne'];
const ORDER: readonly CompareOp[] = [...EQUALITY, 'gt', 'ge', 'lt', 'le'];
const PARTS: readonly CompareOp[] = ['co', 'sw', 'ew'];

const refs: readonly AttributeRef[] = [
  ...[...COMMON_ATTRIBUTES, ...UserType.schema.attributes].map((attribute) => ({ attribute })),
  ...UserType.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({ extension: schema.id, attribute })),
  ),
]
  .filter(({ attribute }) => attribute.returned !== 'never')
  .flatMap((ref) => [ref, ...shownParts(ref.attribute).map((sub) => ({ ...ref, sub }))]);

function shownParts({ subAttributes = [] }: Attribute): readonly Attribute[] {
  return subAttributes.filter(({ returned }) => returned !== 'never');
}

const complexRefs = refs.filter(({ attribute, sub }) => attribute.type === 'complex' && !sub);
const comparableRefs = refs.map(complexDefault).filter(({ attribute, sub }) => (sub ?? attribute).type !== 'complex');

const text = fc.oneof(
  { weight: 4, arbitrary: textArbitrary },
  typeArbitrary,
  idArbitrary,
  // An identifier in capitals is the same one.
  idArbitrary.map((id) => id.toUpperCase()),
  fc.constant(''),
);

/** URIs that the rows show, and some that they do not. */
const uri = fc
  .tuple(fc.constantFrom(`${SCIM_URL}/Groups/`, `${SCIM_URL}/Users/`, ''), idArbitrary)
  .map((parts) => parts.join(''));

const dateTime = fc.oneof(
  instantArbitrary,
  instantArbitrary.map((instant) => instant.replace('Z', '+01:00')),
  instantArbitrary.map((instant) => instant.replace('Z', '')),
);

/** Operator and literal as the parser lets them through for this attribute. */
function test(attribute: Attribute): fc.Arbitrary<{ op: CompareOp; value: Literal }> {
  const pair = (ops: readonly CompareOp[], value: fc.Arbitrary<Literal>) =>
    fc.record({ op: fc.constantFrom(...ops), value });
  const nothing = pair(EQUALITY, fc.constant(null));
  switch (attribute.type) {
    case 'boolean':
      return fc.oneof({ weight: 4, arbitrary: pair(EQUALITY, fc.boolean()) }, nothing);
    case 'dateTime':
      return fc.oneof({ weight: 4, arbitrary: pair(ORDER, dateTime) }, nothing);
    case 'binary':
      return fc.oneof({ weight: 4, arbitrary: pair([...EQUALITY, ...PARTS], text) }, nothing);
    case 'reference':
      // A manager's is made from another attribute, and compared as a whole.
      if (attribute.name === '$ref') return fc.oneof({ weight: 4, arbitrary: pair(EQUALITY, uri) }, nothing);
      return fc.oneof({ weight: 4, arbitrary: pair([...ORDER, ...PARTS], fc.oneof(text, uri)) }, nothing);
    default:
      return fc.oneof({ weight: 4, arbitrary: pair([...ORDER, ...PARTS], text) }, nothing);
  }
}

function logic<T>(term: fc.Arbitrary<T>, join: (kind: 'and' | 'or', left: T, right: T) => T, negate: (inner: T) => T) {
  return fc.letrec<{ node: T }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      term,
      fc
        .tuple(fc.constantFrom('and', 'or'), tie('node'), tie('node'))
        .map(([kind, left, right]) => join(kind, left, right)),
      tie('node').map(negate),
    ),
  })).node;
}

function elementFilter(owner: Attribute): fc.Arbitrary<ElementFilter> {
  const term = fc
    .constantFrom(...shownParts(owner))
    .chain(
      (attribute): fc.Arbitrary<ElementFilter> =>
        fc.oneof(
          { weight: 5, arbitrary: test(attribute).map((rest) => ({ kind: 'compare' as const, attribute, ...rest })) },
          fc.constant({ kind: 'present' as const, attribute }),
        ),
    );
  return logic<ElementFilter>(
    term,
    (kind, left, right) => ({ kind, left, right }),
    (inner) => ({ kind: 'not', inner }),
  );
}

const term: fc.Arbitrary<Filter> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...comparableRefs)
      .chain((ref) => test(ref.sub ?? ref.attribute).map((rest) => ({ kind: 'compare' as const, ref, ...rest }))),
  },
  { weight: 1, arbitrary: fc.constantFrom(...refs).map((ref) => ({ kind: 'present' as const, ref })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...complexRefs)
      .chain((ref) => elementFilter(ref.attribute).map((inner) => ({ kind: 'valuePath' as const, ref, inner }))),
  },
);

/** Filters over every attribute of the User that can be filtered, as the parser would make them. */
export const filterArbitrary: fc.Arbitrary<Filter> = logic<Filter>(
  term,
  (kind, left, right) => ({ kind, left, right }),
  (inner) => ({ kind: 'not', inner }),
);
