import { findSubAttribute, pathText } from '../attribute-path.js';
import type { Dialect, Tolerances } from '../dialect.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { coerceAttribute, coerceSub } from '../resource/coerce.js';
import type { Reading } from '../resource/coerce-simple.js';
import { ElementSet } from '../resource/element-set.js';
import { finishResource } from '../resource/finish.js';
import { checkSize } from '../resource/size.js';
import { valueAt } from '../resource/value-at.js';
import type { Attribute, AttributeRef, ResourceType } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import type { PatchOperation } from './ast.js';
import { merged, withMember, without } from './complex-value.js';
import { Effort } from './effort.js';
import { changeElements, type ElementContext } from './elements.js';

export interface Patched {
  /** Canonical, as `parseResource` makes it; equal to the resource before where nothing changed. */
  readonly resource: JsonObject;
  /** The password to set, which is part of no resource. */
  readonly password?: string;
}

/**
 * Applies operations one after the other (RFC 7644 §3.5.2), each to the result of the one before. `resource` is canonical,
 * without id, meta and groups; it is not changed, so a refusal half-way leaves everything as it was.
 * @throws ScimError 400: invalidValue (wrong type, required attribute unassigned, too many elements, too much to compare),
 * mutability (required attribute removed, immutable one changed), noTarget (a filter selects nothing); 413 when the resource
 * becomes too large
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
  dialect: Dialect,
  tolerances: Tolerances,
): Patched {
  const draft = new Draft(resource, { dialect, tolerances });
  for (const operation of operations) draft.apply(operation);
  const { password } = draft;
  const patched = finishResource(draft.resource(), type, resource);
  if (patched !== resource) checkSize(patched, type, resource);
  return password === undefined ? { resource: patched } : { resource: patched, password };
}

/** A resource between operations. Multi-valued attributes that change are kept as sets, so that no operation copies them. */
class Draft {
  password: string | undefined;
  private readonly sets = new Map<Attribute, { readonly ref: AttributeRef; readonly set: ElementSet }>();
  private readonly context: ElementContext;

  constructor(
    private values: JsonObject,
    private readonly reading: Reading,
  ) {
    this.context = { ...reading, effort: new Effort() };
  }

  apply(operation: PatchOperation): void {
    const { ref } = operation.target;
    const { attribute } = ref;
    if (attribute.mutability === 'writeOnly') this.setSecret(operation);
    else if (attribute.multiValued) changeElements(this.elementsOf(ref), operation, this.context);
    else this.setValue(operation);
  }

  private setValue(operation: PatchOperation): void {
    const { ref } = operation.target;
    const { attribute } = ref;
    const value = valueAt(this.values, ref);
    const changed = changeValue(value, operation, this.reading);
    if (changed === undefined && attribute.required) throw requiredError(operation);
    if (attribute.mutability === 'immutable' && value !== undefined && changed !== value) {
      throw badRequest('mutability', `${pathText(ref)} is immutable and has a value already.`);
    }
    this.values = withValue(this.values, ref, changed);
  }

  resource(): JsonObject {
    let resource = this.values;
    for (const { ref, set } of this.sets.values()) {
      if (!set.changed) continue;
      const elements = set.list();
      resource = withValue(resource, ref, elements.length > 0 ? elements : undefined);
    }
    return resource;
  }

  private elementsOf(ref: AttributeRef): ElementSet {
    const known = this.sets.get(ref.attribute);
    if (known) return known.set;
    const value = valueAt(this.values, ref);
    const set = new ElementSet(ref, isList(value) ? value : []);
    this.sets.set(ref.attribute, { ref, set });
    return set;
  }

  private setSecret(operation: PatchOperation): void {
    const { ref } = operation.target;
    // Nobody knows whether there is a password, so taking it away cannot be told from doing nothing.
    if (operation.op === 'remove') return;
    const value = changeValue(this.password, operation, this.reading);
    if (typeof value !== 'string') throw badRequest('invalidValue', `${pathText(ref)} must not be empty.`);
    this.password = value;
  }
}

/** The value of a single-valued attribute after one operation; undefined means unassigned. */
function changeValue(value: Json | undefined, operation: PatchOperation, reading: Reading): Json | undefined {
  const { ref } = operation.target;
  const { dialect, tolerances } = reading;
  const { attribute, sub } = ref;
  const object = isObject(value) ? value : {};
  if (operation.op === 'remove') return sub ? without(attribute, object, [sub.name]) : attribute.defaultValue;
  if (sub) {
    const given = coerceSub({ ...ref, sub }, operation.value, dialect, tolerances);
    return given === undefined
      ? without(attribute, object, [sub.name])
      : merged(attribute, object, { [sub.name]: given });
  }
  const given = coerceAttribute(ref, operation.value, dialect, tolerances);
  // A serializer that writes null for what it does not know must not give an account back to a person who left.
  if (given === undefined && attribute.defaultValue !== undefined) return value;
  if (attribute.type !== 'complex' || !isObject(operation.value)) return given;
  // Sub-attributes that are given are replaced, by nothing if need be; the others stay (RFC 7644 §3.5.2.3).
  const named = Object.entries(operation.value).flatMap(([name, each]) => {
    const found = isBlank(each) ? findSubAttribute(attribute, name) : undefined;
    return found ? [found.name] : [];
  });
  return merged(attribute, without(attribute, object, named), isObject(given) ? given : {});
}

function withValue(resource: JsonObject, { extension, attribute }: AttributeRef, value: Json | undefined): JsonObject {
  if (extension === undefined) return withMember(resource, attribute.name, value);
  const holder = resource[extension];
  return withMember(resource, extension, withMember(isObject(holder) ? holder : {}, attribute.name, value));
}

function isBlank(value: Json): boolean {
  return value === null || value === '';
}

function requiredError({ op, target: { ref } }: PatchOperation) {
  return op === 'remove'
    ? badRequest('mutability', `${pathText(ref)} is required and cannot be removed.`)
    : badRequest('invalidValue', `${pathText(ref)} is required and must not be empty.`);
}
