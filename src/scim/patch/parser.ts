import { findAttribute, findExtension } from '../attribute-path.js';
import type { Dialect, Tolerances } from '../dialect.js';
import { entriesOf, isList, isObject, type Json, membersOf } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import { type Reading, tolerate } from '../resource/coerce-simple.js';
import { checkSchemasCount } from '../resource/parse.js';
import { checkSize } from '../resource/size.js';
import { unknownAttribute } from '../resource/unknown-attribute.js';
import type { AttributeRef, ResourceType, Schema } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import { finishSteps, type Steps, Stretch } from '../steps.js';
import { currentUrn, URN } from '../urns.js';
import type { PatchOperation } from './ast.js';
import { elementsToRemove, keyAsPath, operationName, withoutName } from './dialects.js';
import { type PatchPath, parsePath } from './path.js';

type Assignment = 'add' | 'replace';
/** Of one operation, by lower-case name. */
type OperationMembers = ReadonlyMap<string, Json>;

interface Context extends Reading {
  readonly type: ResourceType;
}

/**
 * Reads the body of a PATCH (RFC 7644 §3.5.2). A path-less operation, and one whose path is a schema, becomes one operation
 * per attribute; so the result may be longer or shorter than `Operations`. Values are not looked into yet.
 * @throws ScimError 400: invalidSyntax (not a PatchOp, unknown op), invalidPath, invalidValue (no value, no or too many
 * operations), noTarget (remove without path), mutability (a path to a readOnly attribute)
 */
export function parsePatch(
  body: unknown,
  type: ResourceType,
  dialect: Dialect,
  tolerances: Tolerances,
): readonly PatchOperation[] {
  return finishSteps(parsePatchInSteps(body, type, dialect, tolerances));
}

/** The same in steps, for a type whose requests may be large. */
export function* parsePatchInSteps(
  body: unknown,
  type: ResourceType,
  dialect: Dialect,
  tolerances: Tolerances,
): Steps<readonly PatchOperation[]> {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body must be a JSON object with schemas and Operations.');
  checkSize(body, type);
  const context = { type, dialect, tolerances };
  const members = membersOf(body);
  checkSchemas(members.get('schemas'), context);
  const given = members.get('operations');
  if (!isList(given)) throw badRequest('invalidSyntax', 'Operations must be an array of operations.');
  if (given.length === 0) return noOperations(context);
  checkCount(given.length);
  const operations: PatchOperation[] = [];
  const stretch = new Stretch();
  let count = 0;
  for (const operation of given) {
    const named = namedMembers(operation);
    count += sizeOf(named);
    checkCount(count);
    if (stretch.isFull(stepsFor(named))) yield;
    operations.push(...parseOperation(named, context));
    // The URN of an extension names several attributes at once.
    checkCount(operations.length);
  }
  return operations;
}

function namedMembers(operation: Json): OperationMembers {
  if (!isObject(operation)) throw badRequest('invalidSyntax', 'Each of the Operations must be an object.');
  return membersOf(operation);
}

function checkCount(operations: number): void {
  const most = SCIM_LIMITS.patchOperations.value;
  if (operations > most) {
    throw badRequest(
      'invalidValue',
      `Operations must not hold more than ${most} operations (patchOperations); each member of a value without a path is one.`,
    );
  }
}

/** As many operations as one may become: each name under its value may be an attribute, known or not. */
function sizeOf(members: OperationMembers): number {
  const value = members.get('value');
  if (!isObject(value) || typeof members.get('path') === 'string') return 1;
  return Math.max(1, Object.keys(value).length);
}

/** A path may hold a filter, which is most of the work. */
const CHARACTERS_A_STEP = 8;

function stepsFor(members: OperationMembers): number {
  const path = members.get('path');
  return 1 + members.size + (typeof path === 'string' ? Math.ceil(path.length / CHARACTERS_A_STEP) : 0);
}

function noOperations({ dialect, tolerances }: Context): readonly PatchOperation[] {
  if (!dialect.emptyPatch) throw badRequest('invalidValue', 'Operations must hold at least one operation.');
  tolerances.add('operations-empty');
  return [];
}

function checkSchemas(schemas: Json | undefined, context: Context): void {
  const refusal = () => badRequest('invalidSyntax', `schemas must be an array that holds ${URN.patchOp}.`);
  if (schemas === undefined || schemas === null || (isList(schemas) && schemas.length === 0)) {
    tolerate('schemas-missing', context, refusal);
    return;
  }
  if (typeof schemas === 'string') tolerate('singleton-for-array', context, refusal);
  const list = isList(schemas) ? schemas : [schemas];
  checkSchemasCount(list);
  if (!list.some((urn) => typeof urn === 'string' && urn.toLowerCase() === URN.patchOp.toLowerCase())) throw refusal();
  if (list.length > 1) tolerate('unknown-schema', context, refusal);
}

function parseOperation(members: OperationMembers, context: Context): readonly PatchOperation[] {
  const op = operationName(members.get('op'), context);
  const path = pathOf(members.get('path'), context);
  const value = members.get('value');
  if (op === 'remove') return removals(path, value, context);
  if (value === undefined) throw badRequest('invalidValue', `An operation with op ${op} must have a value.`);
  return assignments(op, path, value, context);
}

function pathOf(path: Json | undefined, context: Context): PatchPath {
  if (path === undefined || path === null) return { kind: 'resource' };
  if (typeof path !== 'string') throw badRequest('invalidPath', 'The path of an operation must be a string.');
  return parsePath(path, context.type, context);
}

function removals(path: PatchPath, value: Json | undefined, context: Context): readonly PatchOperation[] {
  switch (path.kind) {
    case 'resource':
      throw badRequest('noTarget', 'A remove operation must have a path that names what to remove.');
    case 'extension':
      return removeAll(path.schema);
    case 'target': {
      const { target } = path;
      requireWritable(target.ref);
      if (isSchemas(target.ref)) throw badRequest('mutability', 'schemas cannot be removed.');
      const elements = elementsToRemove(value, target, context);
      return elements === undefined
        ? [{ op: 'remove', target }]
        : [{ op: 'remove', target, value: withoutName(elements, target, context) }];
    }
    default:
      return path satisfies never;
  }
}

function removeAll(extension: Schema): readonly PatchOperation[] {
  return extension.attributes
    .filter((attribute) => attribute.mutability !== 'readOnly')
    .map((attribute) => ({ op: 'remove', target: { ref: { extension: extension.id, attribute } } }));
}

function assignments(op: Assignment, path: PatchPath, value: Json, context: Context): readonly PatchOperation[] {
  switch (path.kind) {
    case 'resource':
      if (!isObject(value)) {
        throw badRequest('invalidValue', `The value of a path-less ${op} must be an object of attributes.`);
      }
      return entriesOf(value).flatMap(([key, each]) => memberAssignments(op, key, each, context));
    case 'extension':
      return extensionAssignments(op, path.schema, value, context);
    case 'target':
      requireWritable(path.target.ref);
      return assignment(op, path.target, withoutName(value, path.target, context));
    default:
      return path satisfies never;
  }
}

function assignment(op: Assignment, target: PatchOperation['target'], value: Json): readonly PatchOperation[] {
  // What `schemas` says follows from the attributes (RFC 7643 §3), so there is nothing to change.
  return isSchemas(target.ref) ? [] : [{ op, target, value }];
}

/** The object under an extension's URN, merged into what is there like any complex value. */
function extensionAssignments(
  op: Assignment,
  schema: Schema,
  value: Json,
  context: Context,
): readonly PatchOperation[] {
  if (value === null) return op === 'replace' ? removeAll(schema) : [];
  if (!isObject(value)) throw badRequest('invalidValue', `${schema.id} must be an object of its attributes.`);
  return entriesOf(value).flatMap(([name, each]) => {
    const ref = findAttribute(context.type, `${schema.id}:${name}`);
    return ref ? memberAssignment(op, name, { ref }, each, context) : unknownMember(`${schema.id}:${name}`, context);
  });
}

/** One member of a path-less value: an attribute, an extension, or a path that some clients write as a key. */
function memberAssignments(op: Assignment, key: string, value: Json, context: Context): readonly PatchOperation[] {
  const ref = findAttribute(context.type, key);
  if (ref) return memberAssignment(op, key, { ref }, value, context);
  const current = currentUrn(key, context.type.schema.id);
  if (current !== undefined) {
    tolerate('legacy-urn', context, () => badRequest('invalidPath', 'The URNs of a path must be those of RFC 7643.'));
    return memberAssignments(op, current, value, context);
  }
  const schema = findExtension(context.type, key);
  if (schema) return extensionAssignments(op, schema, value, context);
  const path = key.includes('[') ? parsePath(key, context.type, context) : undefined;
  return path?.kind === 'target' ? memberAssignment(op, key, path.target, value, context) : unknownMember(key, context);
}

/** Clients that send back what they have read repeat `id`, `meta` and `groups`: Okta's {"value":{"id":"abf4","displayName":"Test"}}. */
function memberAssignment(
  op: Assignment,
  key: string,
  target: PatchOperation['target'],
  value: Json,
  context: Context,
): readonly PatchOperation[] {
  keyAsPath(key, target.ref, context);
  if (isReadOnly(target.ref)) {
    tolerate('read-only-ignored', context, () =>
      badRequest('mutability', `${(target.ref.sub ?? target.ref.attribute).name} is readOnly.`),
    );
    return [];
  }
  return assignment(op, target, value);
}

function unknownMember(path: string, context: Context): readonly PatchOperation[] {
  unknownAttribute(path, context);
  return [];
}

function isSchemas({ extension, attribute }: AttributeRef): boolean {
  return extension === undefined && attribute.name === 'schemas';
}

function isReadOnly({ attribute, sub }: AttributeRef): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}

function requireWritable(ref: AttributeRef): void {
  if (isReadOnly(ref)) throw badRequest('mutability', `${(ref.sub ?? ref.attribute).name} is readOnly.`);
}
