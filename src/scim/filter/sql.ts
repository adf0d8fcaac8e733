import { pathText } from '../attribute-path.js';
import { comparisonKey } from '../comparison.js';
import type { Attribute, AttributeRef } from '../schema/model.js';
import type { CompareOp, ElementFilter, Filter, Literal } from './ast.js';
import { type Column, columnPresent, columnTest, type FilterColumns, isValueColumn, keyTest } from './sql-columns.js';
import { type Bind, jsonAt, jsonTest, type Place, type PlainOp, presentAt, quoteLiteral } from './sql-terms.js';

/**
 * One PostgreSQL condition that is true of the rows of which `evaluate` is true. For other rows it is false or NULL, which
 * WHERE does not tell apart; whoever negates it writes `is not true`, as this compiler does. Every text of the client goes
 * through `bind`. Throws ScimError 400 `invalidFilter` for what cannot be asked of a URI that is made from other columns.
 */
export function filterToSql(filter: Filter, columns: FilterColumns, bind: Bind): string {
  return new FilterCompiler(columns, bind).condition(filter);
}

/** The element at hand inside a value path. Element conditions never nest, so one name is enough. */
const ELEMENT = 'element.value';

class FilterCompiler {
  constructor(
    private readonly columns: FilterColumns,
    private readonly bind: Bind,
  ) {}

  condition(filter: Filter): string {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return `(${this.condition(filter.left)} ${filter.kind} ${this.condition(filter.right)})`;
      case 'not':
        return negated(this.condition(filter.inner));
      case 'compare':
        return this.comparison(filter.ref, filter.op, filter.value);
      case 'present':
        return this.presence(filter.ref);
      case 'valuePath':
        return filter.ref.attribute.multiValued
          ? this.valuePath(filter.ref, filter.inner)
          : `(${this.presence(filter.ref)} and ${this.condition(ofSingleValue(filter.inner, filter.ref))})`;
      default:
        return filter satisfies never;
    }
  }

  private comparison(ref: AttributeRef, op: CompareOp, literal: Literal): string {
    if (op === 'ne') return negated(this.comparison(ref, 'eq', literal));
    if (literal === null) return negated(this.presence(ref));
    const attribute = ref.sub ?? ref.attribute;
    const column = this.columnOf(ref);
    if (isValueColumn(column)) return columnTest(column, attribute, op, literal, this.bind);
    if (column?.kind === 'keyTable') return this.someKey(column, attribute, op, literal);
    if (column?.kind === 'membership' && op === 'eq') return this.probe(column, attribute, literal);
    return this.someValue(ref, (place) => jsonTest(place, attribute, op, literal, this.bind));
  }

  private presence(ref: AttributeRef): string {
    const column = this.columnOf(ref);
    if (isValueColumn(column)) return columnPresent(column);
    if (ref.sub) return this.someValue(ref, presentAt);
    // A complex attribute may be spread over the document and columns, or sit in columns alone, like `meta`.
    const parts = (ref.attribute.subAttributes ?? [])
      .map((sub) => this.columnOf({ ...ref, sub }))
      .filter(isValueColumn);
    const inDocument = this.elementsOf(ref)
      ? this.someElement(ref, (element) => presentAt({ holder: element }))
      : presentAt(this.placeOf(ref));
    return parts.length === 0 ? inDocument : `(${[...parts.map(columnPresent), inDocument].join(' or ')})`;
  }

  /** The key table or the memberships find the candidates through their index, the elements decide. */
  private valuePath(ref: AttributeRef, inner: ElementFilter): string {
    // A value by itself: the membership says all.
    const alone = this.probeOf(ref, inner);
    if (alone !== undefined && this.elementsOf(ref)) return alone;
    const inDocument = this.someElement(ref, (element) => elementCondition(inner, element, this.bind));
    const probes = requiredTerms(inner).flatMap((term) => this.probeOf(ref, term) ?? []);
    return probes.length === 0 ? inDocument : `(${[...probes, inDocument].join(' and ')})`;
  }

  /** What a term about one element demands of the whole resource, where an index can tell. */
  private probeOf(ref: AttributeRef, term: ElementFilter): string | undefined {
    if (term.kind !== 'compare' || term.op !== 'eq' || term.value === null) return undefined;
    const column = this.columnOf({ ...ref, sub: term.attribute });
    if (column?.kind === 'keyTable') return this.someKey(column, term.attribute, 'eq', term.value);
    return column?.kind === 'membership' ? this.probe(column, term.attribute, term.value) : undefined;
  }

  private probe(
    column: Extract<Column, { kind: 'membership' }>,
    attribute: Attribute,
    literal: string | number | boolean,
  ): string {
    return column.probe(this.bind(comparisonKey(attribute, String(literal))));
  }

  /** The key table holds every value, so that the documents need not be read. */
  private someKey(
    column: Extract<Column, { kind: 'keyTable' }>,
    attribute: Attribute,
    op: PlainOp,
    literal: string | number | boolean,
  ): string {
    return column.having(keyTest(column.key, op, comparisonKey(attribute, String(literal)), this.bind));
  }

  /** True if the test is true of the value, or of any of the values, at a place of the document. */
  private someValue(ref: AttributeRef, test: (place: Place) => string): string {
    if (ref.attribute.multiValued) {
      return this.someElement(ref, (holder) => test(ref.sub ? { holder, key: ref.sub.name } : { holder }));
    }
    const place = this.placeOf(ref);
    return test(ref.sub ? { holder: jsonAt(place), key: ref.sub.name } : place);
  }

  private someElement(ref: AttributeRef, test: (element: string) => string): string {
    const outside = this.elementsOf(ref);
    if (outside) return `exists (select 1 from ${outside.from(this.bind)} as element(value) where ${test(ELEMENT)})`;
    const list = jsonAt(this.placeOf(ref));
    const elements = `jsonb_array_elements(case jsonb_typeof(${list}) when 'array' then ${list} else '[]' end)`;
    return `exists (select 1 from ${elements} as element(value) where ${test(ELEMENT)})`;
  }

  /** Where the attribute, not its sub-attribute, sits in the document. */
  private placeOf({ extension, attribute }: AttributeRef): Place {
    const { document } = this.columns;
    const holder = extension === undefined ? document : `${document}->${quoteLiteral(extension)}`;
    return { holder, key: attribute.name };
  }

  /** Where the elements of an attribute outside the document are found. */
  private elementsOf({ sub: _, ...whole }: AttributeRef): Extract<Column, { kind: 'elements' }> | undefined {
    const column = this.columnOf(whole);
    return column?.kind === 'elements' ? column : undefined;
  }

  private columnOf(ref: AttributeRef): Column | undefined {
    return this.columns.columns.get(pathText(ref));
  }
}

/** NULL counts as false, so its negation is true. */
function negated(condition: string): string {
  return `((${condition}) is not true)`;
}

function elementCondition(filter: ElementFilter, element: string, bind: Bind): string {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [
        elementCondition(filter.left, element, bind),
        elementCondition(filter.right, element, bind),
      ];
      return `(${left} ${filter.kind} ${right})`;
    }
    case 'not':
      return negated(elementCondition(filter.inner, element, bind));
    case 'present':
      return presentAt({ holder: element, key: filter.attribute.name });
    case 'compare':
      return elementComparison(filter.attribute, filter.op, filter.value, element, bind);
    default:
      return filter satisfies never;
  }
}

function elementComparison(attribute: Attribute, op: CompareOp, literal: Literal, element: string, bind: Bind): string {
  if (op === 'ne') return negated(elementComparison(attribute, 'eq', literal, element, bind));
  const place: Place = { holder: element, key: attribute.name };
  return literal === null ? negated(presentAt(place)) : jsonTest(place, attribute, op, literal, bind);
}

/** A value path over an attribute with one value says the same as terms about its sub-attributes. */
function ofSingleValue(filter: ElementFilter, ref: AttributeRef): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, left: ofSingleValue(filter.left, ref), right: ofSingleValue(filter.right, ref) };
    case 'not':
      return { kind: 'not', inner: ofSingleValue(filter.inner, ref) };
    case 'compare':
      return { kind: 'compare', ref: { ...ref, sub: filter.attribute }, op: filter.op, value: filter.value };
    case 'present':
      return { kind: 'present', ref: { ...ref, sub: filter.attribute } };
    default:
      return filter satisfies never;
  }
}

/** The terms that have to be true for the whole to be true. */
function requiredTerms(filter: ElementFilter): readonly ElementFilter[] {
  return filter.kind === 'and' ? [...requiredTerms(filter.left), ...requiredTerms(filter.right)] : [filter];
}
