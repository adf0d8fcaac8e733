import { complexDefault, findAttribute, pathText } from '../attribute-path.js';
import { isList, isObject, type Json, type JsonObject, membersOf } from '../json.js';
import { checkSchemasCount } from '../resource/parse.js';
import { type NameList, type Projection, parseProjection } from '../resource/project.js';
import type { AttributeRef, ResourceType } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import { URN } from '../urns.js';

/** A query as RFC 7644 §3.4.2 and RFC 9865 describe it, with every default filled in. */
export interface ListQuery {
  /** Not parsed yet; blank counts as not given. */
  readonly filter?: string;
  /** Types whose attributes the filter may name, too; a resource of the type in question has no value for them (§3.4.2.1). */
  readonly alsoKnown?: readonly ResourceType[];
  /** A simple attribute, or the sub-attribute to go by; of a multi-valued attribute the primary element counts, else the first (§3.4.2.3). */
  readonly sortBy?: AttributeRef;
  readonly sortOrder: 'ascending' | 'descending';
  readonly page: Page;
  readonly projection?: Projection;
}

export type Page =
  | { readonly method: 'index'; readonly startIndex: number; readonly count: number }
  /** `cursor` is empty for the first page. */
  | { readonly method: 'cursor'; readonly cursor: string; readonly count: number };

export interface PageSizes {
  readonly standard: number;
  readonly most: number;
}

export const PAGE_SIZES: PageSizes = { standard: 100, most: 1000 };

/** Far beyond any directory, and still an integer everywhere. */
const LAST_INDEX = 2 ** 31 - 1;

/**
 * Reads the query of a GET. Parameters this protocol does not know are ignored; one of its own that is there twice is
 * refused, for there is no telling which was meant, except that lists of attributes add up.
 * @param alsoKnown further types that are searched: their attributes are no mistakes, but have no value here
 * @throws ScimError 400 invalidValue, invalidPath (sortBy) or, for a page asked for by cursor, invalidCount and invalidCursor
 */
export function parseListQuery(
  query: Readonly<Record<string, unknown>>,
  type: ResourceType,
  sizes: PageSizes = PAGE_SIZES,
  alsoKnown: readonly ResourceType[] = [],
): ListQuery {
  return listQuery(new Map(Object.entries(query)), type, sizes, alsoKnown);
}

/**
 * Reads the body of a POST to `/.search` (RFC 7644 §3.4.3), names in any case.
 * @throws ScimError 400 invalidSyntax when it is no SearchRequest, and as {@link parseListQuery}
 */
export function parseSearchRequest(
  body: unknown,
  type: ResourceType,
  sizes: PageSizes = PAGE_SIZES,
  alsoKnown: readonly ResourceType[] = [],
): ListQuery {
  const members = new Map<string, unknown>();
  if (isObject(body)) for (const [name, value] of membersOf(body)) members.set(name, value);
  const schemas = members.get('schemas');
  if (isList(schemas)) checkSchemasCount(schemas);
  if (!isList(schemas) || !schemas.some(isSearchRequest)) {
    throw badRequest('invalidSyntax', `The body must be an object whose schemas name ${URN.searchRequest}.`);
  }
  const given = new Map(PARAMETERS.map((name) => [name, members.get(name.toLowerCase()) ?? undefined]));
  return listQuery(given, type, sizes, alsoKnown);
}

function isSearchRequest(urn: Json): boolean {
  return isString(urn) && urn.toLowerCase() === URN.searchRequest.toLowerCase();
}

const PARAMETERS: readonly string[] = [
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
];

/** The wire form of one page. `itemsPerPage` is what the page holds, and `Resources` is there even when it is empty. */
export function listResponse(page: {
  readonly totalResults: number;
  /** Given for a page by index only. */
  readonly startIndex?: number;
  readonly resources: readonly JsonObject[];
  /** Given unless this is the last page. */
  readonly nextCursor?: string;
}): JsonObject {
  const { totalResults, startIndex, resources, nextCursor } = page;
  return {
    schemas: [URN.listResponse],
    totalResults,
    ...(startIndex !== undefined && { startIndex }),
    itemsPerPage: resources.length,
    ...(nextCursor !== undefined && { nextCursor }),
    Resources: resources,
  };
}

function listQuery(
  given: ReadonlyMap<string, unknown>,
  type: ResourceType,
  sizes: PageSizes,
  alsoKnown: readonly ResourceType[] = [],
): ListQuery {
  const filter = text(given, 'filter');
  const sortBy = text(given, 'sortBy')?.trim();
  const sortKey = sortBy ? sortAttribute(sortBy, type, alsoKnown) : undefined;
  const projection = parseProjection(names(given, 'attributes'), names(given, 'excludedAttributes'), type);
  return {
    ...(filter?.trim() && { filter }),
    ...(alsoKnown.length > 0 && { alsoKnown }),
    ...(sortKey && { sortBy: sortKey }),
    sortOrder: sortOrder(text(given, 'sortOrder')),
    page: pageOf(given, sizes),
    ...(projection && { projection }),
  };
}

function pageOf(given: ReadonlyMap<string, unknown>, sizes: PageSizes): Page {
  const cursor = text(given, 'cursor');
  const asked = integer(given, 'count', cursor === undefined ? 'invalidValue' : 'invalidCount') ?? sizes.standard;
  const count = Math.min(Math.max(asked, 0), sizes.most);
  if (cursor !== undefined) return { method: 'cursor', cursor, count };
  const startIndex = Math.min(Math.max(integer(given, 'startIndex', 'invalidValue') ?? 1, 1), LAST_INDEX);
  return { method: 'index', startIndex, count };
}

/** Undefined when only another type has the attribute: without values there is nothing to sort by. */
function sortAttribute(path: string, type: ResourceType, alsoKnown: readonly ResourceType[]): AttributeRef | undefined {
  const found = findAttribute(type, path);
  if (!found && alsoKnown.some((other) => findAttribute(other, path))) return undefined;
  if (!found) throw badRequest('invalidPath', `sortBy names no attribute of a ${type.name}.`);
  const ref = complexDefault(found);
  const { attribute, sub } = ref;
  if (attribute.returned === 'never' || sub?.returned === 'never') {
    throw badRequest('invalidPath', `${pathText(ref)} is never returned, so it cannot be sorted by.`);
  }
  if (attribute.type === 'complex' && !sub) {
    throw badRequest('invalidPath', `sortBy must name a sub-attribute of ${pathText(ref)}.`);
  }
  return ref;
}

function sortOrder(text: string | undefined): ListQuery['sortOrder'] {
  const order = text?.trim().toLowerCase() || 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw badRequest('invalidValue', 'sortOrder must be ascending or descending.');
  }
  return order;
}

function text(given: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = given.get(name);
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value)) throw badRequest('invalidValue', `${name} must be given once.`);
  throw badRequest('invalidValue', `${name} must be a string.`);
}

function integer(
  given: ReadonlyMap<string, unknown>,
  name: string,
  scimType: 'invalidValue' | 'invalidCount',
): number | undefined {
  const value = given.get(name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && INTEGER.test(value)) return Number(value);
  throw badRequest(scimType, `${name} must be an integer, given once.`);
}
const INTEGER = /^-?\d+$/;

function names(given: ReadonlyMap<string, unknown>, name: string): NameList {
  const value = given.get(name);
  if (value === undefined || typeof value === 'string') return value;
  if (isList(value) && value.every(isString)) return value;
  throw badRequest('invalidValue', `${name} must be a list of attribute names.`);
}

function isString(value: Json): value is string {
  return typeof value === 'string';
}
