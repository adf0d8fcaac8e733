import { isList, isObject, type Json, type JsonObject, membersOf } from '../json.js';
import { checkSchemasCount } from '../resource/parse.js';
import type { ResourceType } from '../schema/model.js';
import { badRequest, ScimError, type ScimErrorBody } from '../scim-error.js';
import { URN } from '../urns.js';
import { bulkIdIn } from './bulk-references.js';

/** A BulkRequest (RFC 7644 §3.7). */
export interface BulkRequest {
  /** So many errors end the work; absent when all is to be tried. */
  readonly failOnErrors?: number;
  readonly operations: readonly BulkOperation[];
}

export interface BulkOperation {
  /** In upper case, for the answer; absent when it was no text. */
  readonly method?: string;
  readonly bulkId?: string;
  /** As the operation gave it, with one slash at the beginning and none at the end; absent when it was no text. */
  readonly path?: string;
  /** What is to be done, or why it cannot be. */
  readonly task: BulkTask | ScimError;
}

/** `id` and the data may hold `bulkId:…` for what the same request makes. `version` counts like If-Match. */
export type BulkTask =
  | { readonly kind: 'create'; readonly type: ResourceType; readonly data: JsonObject }
  | (Existing & { readonly kind: 'replace' | 'patch'; readonly data: JsonObject })
  | (Existing & { readonly kind: 'remove' });

interface Existing {
  readonly type: ResourceType;
  readonly id: string;
  readonly version?: string;
}

/** What became of one operation. */
export interface BulkResult {
  readonly method?: string;
  readonly bulkId?: string;
  /** The entity-tag of the resource. */
  readonly version?: string;
  /** Given for all but failed creations (§3.7.3). */
  readonly location?: string;
  /** An HTTP status as a string. */
  readonly status: string;
  /** Given for failures only. */
  readonly response?: ScimErrorBody;
}

/**
 * Reads the body of a POST to `/Bulk`, names and methods in any case. What is wrong with one operation is kept with it, for
 * the others go on.
 * @param types those whose endpoints an operation may name
 * @throws ScimError for the whole: 400 invalidSyntax (no BulkRequest, no operations, a bulkId twice), 400 invalidValue
 * (failOnErrors), 413 (too many operations)
 */
export function parseBulkRequest(body: JsonObject, types: readonly ResourceType[], maxOperations: number): BulkRequest {
  const members = membersOf(body);
  const schemas = members.get('schemas');
  if (isList(schemas)) checkSchemasCount(schemas);
  if (!isList(schemas) || !schemas.some(isBulkRequest)) {
    throw badRequest('invalidSyntax', `The body must be an object whose schemas name ${URN.bulkRequest}.`);
  }
  const given = members.get('operations');
  if (!isList(given) || given.length === 0) {
    throw badRequest('invalidSyntax', 'Operations must be an array with at least one operation.');
  }
  if (given.length > maxOperations) {
    const detail = `A bulk request may hold ${maxOperations} operations (maxOperations); this one has ${given.length}.`;
    throw new ScimError(413, undefined, detail);
  }
  const failOnErrors = failOnErrorsIn(members.get('failonerrors'));
  const operations = given.map((operation) => readOperation(operation, types));
  refuseRepeated(operations.flatMap(({ bulkId }) => bulkId ?? []));
  return { ...(failOnErrors !== undefined && { failOnErrors }), operations };
}

/** The answer (RFC 7644 §3.7.3). */
export function bulkResponse(results: readonly BulkResult[]): object {
  return { schemas: [URN.bulkResponse], Operations: results };
}

function isBulkRequest(urn: Json): boolean {
  return typeof urn === 'string' && urn.toLowerCase() === URN.bulkRequest.toLowerCase();
}

function failOnErrorsIn(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  // Clients that want to stop at the first error send 0.
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return Math.max(value, 1);
  throw badRequest('invalidValue', 'failOnErrors must be an integer, and not negative.');
}

function refuseRepeated(bulkIds: readonly string[]): void {
  const seen = new Set<string>();
  const repeated = bulkIds.find((bulkId) => seen.size === seen.add(bulkId).size);
  if (repeated !== undefined) {
    throw badRequest('invalidSyntax', `The bulkId ${shown(repeated)} is there more than once.`);
  }
}

function readOperation(operation: Json, types: readonly ResourceType[]): BulkOperation {
  if (!isObject(operation)) throw badRequest('invalidSyntax', 'Each of the Operations must be an object.');
  const members = membersOf(operation);
  const method = members.get('method');
  const bulkId = members.get('bulkid');
  const path = members.get('path');
  return {
    ...(typeof method === 'string' && { method: method.toUpperCase() }),
    ...(typeof bulkId === 'string' && bulkId !== '' && { bulkId }),
    ...(typeof path === 'string' && { path: normalPath(path) }),
    task: readTask(members, types),
  };
}

/** A refusal is a value here: it is one operation's answer and stops nothing. */
function readTask(members: ReadonlyMap<string, Json>, types: readonly ResourceType[]): BulkTask | ScimError {
  try {
    return taskOf(members, types);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

const KINDS: ReadonlyMap<string, BulkTask['kind']> = new Map([
  ['POST', 'create'],
  ['PUT', 'replace'],
  ['PATCH', 'patch'],
  ['DELETE', 'remove'],
]);

function taskOf(members: ReadonlyMap<string, Json>, types: readonly ResourceType[]): BulkTask {
  const method = textOf(members, 'method')?.toUpperCase() ?? '';
  const kind = KINDS.get(method);
  if (!kind) throw badRequest('invalidSyntax', 'The method of an operation must be POST, PUT, PATCH or DELETE.');
  const bulkId = textOf(members, 'bulkId');
  const { type, id } = targetOf(textOf(members, 'path'), types);
  const data = members.get('data') ?? undefined;
  if (kind !== 'remove' && !isObject(data)) {
    throw badRequest('invalidSyntax', `A ${method} must have data, which is an object.`);
  }
  if (kind === 'create') {
    if (!bulkId) throw badRequest('invalidSyntax', 'A POST must have a bulkId.');
    if (id !== undefined) throw badRequest('invalidValue', `The path of a POST must be ${type.endpoint} alone.`);
    return { kind, type, data: data as JsonObject };
  }
  if (id === undefined) throw badRequest('invalidValue', `The path of a ${method} must name one resource.`);
  const version = textOf(members, 'version');
  const existing = { type, id, ...(version !== undefined && { version }) };
  return kind === 'remove' ? { ...existing, kind } : { ...existing, kind, data: data as JsonObject };
}

/** The path of an operation is relative to the root (§3.7): an endpoint, and behind it at most one id. */
function targetOf(path: string | undefined, types: readonly ResourceType[]): { type: ResourceType; id?: string } {
  if (path === undefined) throw badRequest('invalidSyntax', 'An operation must have a path.');
  const [, endpoint = '', id] = PATH.exec(normalPath(path)) ?? [];
  const type = types.find((each) => each.endpoint === endpoint);
  if (!type) throw new ScimError(404, undefined, `There is no endpoint for the path ${shown(path)}.`);
  if (id === undefined) return { type };
  if (!ID.test(id) && bulkIdIn(id) === undefined) {
    throw badRequest('invalidValue', `The path ${shown(path)} names no resource.`);
  }
  return { type, id };
}
const PATH = /^(\/[A-Za-z]+)(?:\/(.+))?$/s;

/** Relative to the base URL, so clients write it with and without the slash in front; a slash at the end means nothing, as in a URL. */
function normalPath(path: string): string {
  return `/${path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')}`;
}

/** Nothing that could lead elsewhere once it is part of a URL. */
const ID = /^[A-Za-z0-9_-]+$/;

function textOf(members: ReadonlyMap<string, Json>, name: string): string | undefined {
  const value = members.get(name.toLowerCase());
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badRequest('invalidSyntax', `The ${name} of an operation must be a string.`);
  return value;
}

/** A client's word in a refusal, cut to what a reader needs to find it again. */
function shown(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
