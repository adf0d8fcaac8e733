import { comparisonKey } from '../comparison.js';
import type { Attribute } from '../schema/model.js';
import type { CompareOp } from './ast.js';
import { instantOf } from './instant.js';

/** Records a value and returns the placeholder that stands for it, e.g. `$4`. */
export type Bind = (value: string | number | boolean) => string;
/** `ne` is compiled as the negation of `eq`. */
export type PlainOp = Exclude<CompareOp, 'ne'>;
/** A JSON value: the member `key` of the jsonb `holder`, or `holder` itself. */
export interface Place {
  readonly holder: string;
  readonly key?: string;
}

const COMPARISON: ReadonlyMap<PlainOp, string> = new Map([
  ['eq', '='],
  ['gt', '>'],
  ['ge', '>='],
  ['lt', '<'],
  ['le', '<='],
]);

/** Whether anything at all is below a JSON value, itself included: rule 3 of evaluate.ts. */
const NOT_EMPTY = `'$.** ? ((@.type() == "string" && @ != "") || @.type() == "number" || @.type() == "boolean")'`;
/** Keeps text that is no dateTime away from the cast, which would fail. */
const DATE_TIME = `'^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]'`;

export function jsonAt({ holder, key }: Place): string {
  return key === undefined ? holder : `${holder}->${quoteLiteral(key)}`;
}

export function presentAt(place: Place): string {
  return `jsonb_path_exists(${jsonAt(place)}, ${NOT_EMPTY})`;
}

/** A comparison with a value inside the document. */
export function jsonTest(
  place: Place,
  attribute: Attribute,
  op: PlainOp,
  literal: string | number | boolean,
  bind: Bind,
): string {
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      return textTest(comparableText(textAt(place), attribute), op, comparisonKey(attribute, String(literal)), bind);
    case 'boolean': {
      const value = attribute.name === 'primary' ? `coalesce(${jsonAt(place)}, 'false')` : jsonAt(place);
      return `${value} = '${literal === true}'`;
    }
    case 'integer':
    case 'decimal': {
      const test = orderTest(jsonAt(place), op, `to_jsonb(${bind(literal)}::numeric)`);
      return `(jsonb_typeof(${jsonAt(place)}) = 'number' and ${test})`;
    }
    case 'dateTime': {
      const text = textAt(place);
      const test = orderTest(instantIn(text), op, `${bind(isoInstant(String(literal)))}::timestamptz`);
      return `case when ${text} ~ ${DATE_TIME} then ${test} end`;
    }
    case 'complex':
      return 'false';
    default:
      return attribute.type satisfies never;
  }
}

/** A comparison of text that is a comparison key already. LIKE is not used, so no character needs escaping. */
export function textTest(text: string, op: PlainOp, key: string, bind: Bind): string {
  const literal = `${bind(key)}::text`;
  switch (op) {
    case 'co':
      return `position(${literal} in ${text}) > 0`;
    case 'sw':
      return `left(${text}, length(${literal})) = ${literal}`;
    case 'ew':
      return `right(${text}, length(${literal})) = ${literal}`;
    default:
      return orderTest(text, op, literal);
  }
}

export function isOrder(op: PlainOp): boolean {
  return COMPARISON.has(op);
}

/** `=`, `<` and so on. Parts of text are asked of text alone, so any other operator finds nothing. */
export function orderTest(value: string, op: PlainOp, literal: string): string {
  const operator = COMPARISON.get(op);
  return operator ? `${value} ${operator} ${literal}` : 'false';
}

/** `comparisonKey` in SQL: `fold_case` of the database is foldCase of the engine, and "C" orders by code points. */
export function comparableText(text: string, attribute: Attribute): string {
  return attribute.caseExact ? `((${text}) collate "C")` : `(fold_case(${text}) collate "C")`;
}

/** The literal of a dateTime comparison in one spelling, in UTC and to the millisecond. */
export function isoInstant(text: string): string {
  const instant = instantOf(text);
  if (instant === undefined) throw new RangeError('The filter parser lets only dateTimes through');
  return new Date(instant).toISOString();
}

/** Names come from the schemas, never from a client; quoted all the same. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function textAt({ holder, key }: Place): string {
  return key === undefined ? `${holder} #>> '{}'` : `${holder}->>${quoteLiteral(key)}`;
}

/** To the millisecond, finer fractions cut off. Without a zone a dateTime is meant in UTC, whatever the session's zone. */
function instantIn(text: string): string {
  return `regexp_replace(regexp_replace(${text}, '(\\.[0-9]{3})[0-9]+', '\\1'), '(T[0-9:.]+)$', '\\1Z')::timestamptz`;
}
