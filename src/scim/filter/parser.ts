import { complexDefault, findAttribute, findSubAttribute, pathText } from '../attribute-path.js';
import { LENIENT } from '../dialect.js';
import type { Attribute, AttributeRef, ResourceType } from '../schema/model.js';
import { currentUrn } from '../urns.js';
import type { ElementFilter, Filter } from './ast.js';
import type { Token } from './lexer.js';
import { type FilterOptions, isCompareOp, readLiteral } from './literal.js';
import { TokenReader } from './token-reader.js';

/**
 * Parses a filter of RFC 7644 §3.4.2.2 and resolves its names against the resource type. Names and operators in any case;
 * precedence `( )`, `not`, `and`, `or`. Throws ScimError 400 `invalidFilter` saying what is wrong and where.
 */
export function parseFilter(text: string, type: ResourceType, options: FilterOptions = {}): Filter {
  const reader = new TokenReader(text, 'filter');
  const filter = readLogic(reader, filterTerms(reader, type, options));
  reader.expect('end', '"and", "or" or the end of the filter');
  return filter;
}

/** Reads what stands between `[` and `]`: terms about the sub-attributes of one element. Stops before the `]`. */
export function readElementFilter(reader: TokenReader, owner: Attribute, options: FilterOptions): ElementFilter {
  return reader.nested(() => readLogic(reader, elementTerms(reader, owner, options)));
}

/** A filter and what stands in brackets differ in their terms only; `join` and `negate` are the same construction in two types. */
interface Terms<T> {
  readonly term: () => T;
  readonly join: (kind: 'and' | 'or', left: T, right: T) => T;
  readonly negate: (inner: T) => T;
}

function readLogic<T>(reader: TokenReader, terms: Terms<T>): T {
  let left = readConjunction(reader, terms);
  while (reader.acceptKeyword('or')) {
    left = reader.counted(terms.join('or', left, readConjunction(reader, terms)));
  }
  return left;
}

function readConjunction<T>(reader: TokenReader, terms: Terms<T>): T {
  let left = readFactor(reader, terms);
  while (reader.acceptKeyword('and')) {
    left = reader.counted(terms.join('and', left, readFactor(reader, terms)));
  }
  return left;
}

function readFactor<T>(reader: TokenReader, terms: Terms<T>): T {
  if (reader.acceptKeyword('not')) {
    reader.expect('(', 'After "not" a parenthesis');
    return reader.counted(terms.negate(readGroup(reader, terms)));
  }
  if (reader.accept('(')) return readGroup(reader, terms);
  return reader.counted(terms.term());
}

function readGroup<T>(reader: TokenReader, terms: Terms<T>): T {
  const inner = reader.nested(() => readLogic(reader, terms));
  reader.expect(')', '")"');
  return inner;
}

function filterTerms(reader: TokenReader, type: ResourceType, options: FilterOptions): Terms<Filter> {
  return {
    term: () => readTerm(reader, type, options),
    join: (kind, left, right) => ({ kind, left, right }),
    negate: (inner) => ({ kind: 'not', inner }),
  };
}

function elementTerms(reader: TokenReader, owner: Attribute, options: FilterOptions): Terms<ElementFilter> {
  return {
    term: () => readElementTerm(reader, readSubAttribute(reader, owner), options),
    join: (kind, left, right) => ({ kind, left, right }),
    negate: (inner) => ({ kind: 'not', inner }),
  };
}

function readTerm(reader: TokenReader, type: ResourceType, options: FilterOptions): Filter {
  const name = reader.word('An attribute name');
  const types = [type, ...(options.alsoKnown ?? [])];
  const ref = findInAny(types, name.text) ?? findByLegacyUrn(types, name.text, options);
  if (!ref) {
    throw reader.refusal(
      name,
      `${quoted(name.text)} is no attribute of ${types.map((each) => each.name).join(' or ')}`,
    );
  }
  requireFilterable(reader, name, ref.attribute);
  if (ref.sub) requireFilterable(reader, name, ref.sub);
  if (reader.peek().kind === '[') return readValuePath(reader, ref, name, options);
  const op = reader.word('An operator');
  if (op.text.toLowerCase() === 'pr') return { kind: 'present', ref };
  return readComparison(reader, comparable(reader, ref, name), op, options);
}

function readComparison(
  reader: TokenReader,
  ref: AttributeRef,
  op: Token & { kind: 'word' },
  options: FilterOptions,
): Filter {
  const operator = readOperator(reader, op);
  return {
    kind: 'compare',
    ref,
    op: operator,
    value: readLiteral(reader, ref.sub ?? ref.attribute, operator, options),
  };
}

function readElementTerm(reader: TokenReader, attribute: Attribute, options: FilterOptions): ElementFilter {
  const op = reader.word('An operator');
  if (op.text.toLowerCase() === 'pr') return { kind: 'present', attribute };
  const operator = readOperator(reader, op);
  return { kind: 'compare', attribute, op: operator, value: readLiteral(reader, attribute, operator, options) };
}

function readValuePath(reader: TokenReader, ref: AttributeRef, name: Token, options: FilterOptions): Filter {
  if (ref.attribute.type !== 'complex' || ref.sub) {
    throw reader.refusal(name, `${pathText(ref)} has no sub-attributes to filter by`);
  }
  reader.expect('[', '"["');
  const inner = readElementFilter(reader, ref.attribute, options);
  reader.expect(']', '"]"');
  const tail = readTail(reader, ref.attribute);
  if (!tail) return { kind: 'valuePath', ref, inner };
  // Entra: emails[type eq "work"].value eq "x". Outside the RFC's grammar; it can only mean both of one and the same element.
  const right = reader.counted(readElementTerm(reader, tail, options));
  return { kind: 'valuePath', ref, inner: reader.counted({ kind: 'and', left: inner, right }) };
}

/** The sub-attribute after a closing bracket, `].value`, if there is one. */
export function readTail(reader: TokenReader, owner: Attribute): Attribute | undefined {
  const token = reader.peek();
  if (token.kind !== 'word' || !token.text.startsWith('.')) return undefined;
  reader.next();
  return subAttribute(reader, token, token.text.slice(1), owner);
}

function readSubAttribute(reader: TokenReader, owner: Attribute): Attribute {
  const name = reader.word('The name of a sub-attribute');
  return subAttribute(reader, name, name.text, owner);
}

function subAttribute(reader: TokenReader, token: Token, name: string, owner: Attribute): Attribute {
  const found = findSubAttribute(owner, name);
  if (!found) throw reader.refusal(token, `${quoted(name)} is no sub-attribute of ${owner.name}`);
  requireFilterable(reader, token, found);
  return found;
}

function comparable(reader: TokenReader, ref: AttributeRef, name: Token): AttributeRef {
  const target = complexDefault(ref);
  if ((target.sub ?? target.attribute).type !== 'complex') return target;
  throw reader.refusal(name, `${pathText(ref)} is complex: name one of its sub-attributes`);
}

/** What is never returned must not be guessed by filters either. */
function requireFilterable(reader: TokenReader, token: Token, attribute: Attribute): void {
  if (attribute.returned === 'never') throw reader.refusal(token, `${attribute.name} cannot be filtered`);
}

function readOperator(reader: TokenReader, token: Token & { kind: 'word' }) {
  const operator = token.text.toLowerCase();
  if (isCompareOp(operator)) return operator;
  throw reader.refusal(token, 'An operator is expected here: eq, ne, co, sw, ew, gt, ge, lt, le or pr');
}

/** The first type that has the attribute says what it is. */
function findInAny(types: readonly ResourceType[], name: string): AttributeRef | undefined {
  for (const type of types) {
    const ref = findAttribute(type, name);
    if (ref) return ref;
  }
  return undefined;
}

/** `urn:scim:schemas:extension:enterprise:1.0:department` */
export function findByLegacyUrn(
  types: readonly ResourceType[],
  name: string,
  { dialect = LENIENT, tolerances }: FilterOptions,
): AttributeRef | undefined {
  if (!dialect.lenient) return undefined;
  for (const type of types) {
    const current = currentUrn(name, type.schema.id);
    const ref = current === undefined ? undefined : findAttribute(type, current);
    if (!ref) continue;
    tolerances?.add('legacy-urn');
    return ref;
  }
  return undefined;
}

/** A name as the client wrote it, cut to what a reader needs to find it again. */
export function quoted(name: string): string {
  return `"${name.length > 64 ? `${name.slice(0, 64)}…` : name}"`;
}
