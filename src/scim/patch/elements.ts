import { evaluateElement } from '../filter/evaluate.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { coerceAttribute, coerceElement, coerceSub } from '../resource/coerce.js';
import { type Reading, tolerate, wrongType } from '../resource/coerce-simple.js';
import type { AttributeRef } from '../schema/model.js';
import type { PatchOperation, PatchTarget } from './ast.js';
import { merged, without } from './complex-value.js';
import { identityOf, isListedIn } from './element-identity.js';
import { missingElement, termsOf } from './missing-element.js';

type Elements = readonly Json[];
type Assignment = Extract<PatchOperation, { op: 'add' | 'replace' }>;

/** The elements of a multi-valued attribute after one operation (RFC 7644 §3.5.2.1–3). Nothing is changed in place. */
export function changeElements(elements: Elements, operation: PatchOperation, reading: Reading): Elements {
  const { ref, filter } = operation.target;
  if (filter || ref.sub) return changeSelected(elements, operation, reading);
  switch (operation.op) {
    case 'add':
      return withAdded(elements, listOf(ref, operation.value, reading), ref);
    case 'replace':
      return listOf(ref, operation.value, reading);
    case 'remove': {
      if (operation.value === undefined) return [];
      const isListed = isListedIn(ref.attribute, listOf(ref, operation.value, reading));
      return elements.filter((element) => !isListed(element));
    }
    default:
      return operation satisfies never;
  }
}

function listOf(ref: AttributeRef, value: Json, { dialect, tolerances }: Reading): Elements {
  const list = coerceAttribute(ref, value, dialect, tolerances);
  return isList(list) ? list : [];
}

/** What is there already is not added again (RFC 7644 §3.5.2.1); what it says beyond that is kept. */
function withAdded(elements: Elements, added: Elements, { attribute }: AttributeRef): Elements {
  const all = [...elements];
  const places = new Map(all.map((element, at) => [identityOf(attribute, element), at]));
  let primary: number | undefined;
  for (const each of added) {
    const identity = identityOf(attribute, each);
    const at = places.get(identity) ?? all.length;
    const existing = all[at];
    all[at] = isObject(existing) && isObject(each) ? merged(attribute, existing, each) : each;
    places.set(identity, at);
    if (isPrimary(each)) primary = at;
  }
  return primary === undefined ? all : withOnePrimary(all, primary);
}

function changeSelected(elements: Elements, operation: PatchOperation, reading: Reading): Elements {
  const { target } = operation;
  const selected = new Set(elements.filter((element) => isSelected(element, target)));
  if (operation.op === 'remove') return removeSelected(elements, selected, target);
  const given = givenBy(operation, reading);
  if (selected.size === 0) {
    const begun = missingElement(operation, reading);
    return given ? withCreated(elements, begun, given) : elements;
  }
  // To add nothing changes nothing; any other value that means "unassigned" takes away what it is about.
  if (!given) return operation.op === 'add' && !target.ref.sub ? elements : removeSelected(elements, selected, target);
  const changed = elements.map((element) =>
    selected.has(element) && isObject(element) ? assigned(element, given, operation) : element,
  );
  if (!isPrimary(given)) return changed;
  const first = elements.findIndex((element) => selected.has(element));
  return withOnePrimary(changed, first);
}

function isSelected(element: Json, { filter }: PatchTarget): boolean {
  return isObject(element) && (!filter || evaluateElement(filter, element));
}

/** The sub-attributes that the operation gives values to, in canonical form; undefined where it unassigns. */
function givenBy({ target: { ref }, value }: Assignment, reading: Reading): JsonObject | undefined {
  const { dialect, tolerances } = reading;
  if (ref.sub) {
    const sub = coerceSub({ ...ref, sub: ref.sub }, value, dialect, tolerances);
    return sub === undefined ? undefined : { [ref.sub.name]: sub };
  }
  const element = coerceElement(ref, onlyOne(ref, value, reading), dialect, tolerances);
  return isObject(element) ? element : undefined;
}

/** {"path":"addresses[type eq \"work\"]","value":[{…}]}: a list of one where one element is meant. */
function onlyOne(ref: AttributeRef, value: Json, reading: Reading): Json {
  if (!isList(value)) return value;
  if (value.length > 1) throw wrongType(ref, ref.attribute);
  tolerate('array-for-singleton', reading, () => wrongType(ref, ref.attribute));
  return value[0] ?? null;
}

function assigned(element: JsonObject, given: JsonObject, { op, target: { ref, filter } }: Assignment): JsonObject {
  if (op === 'add' || ref.sub) return merged(ref.attribute, element, given);
  // RFC 7644 §3.5.2.3 replaces the record. It stays what its filter says of it, unless the value says otherwise.
  const selectedBy = Object.keys((filter && termsOf(filter)) ?? {});
  return { ...Object.fromEntries(Object.entries(element).filter(([name]) => selectedBy.includes(name))), ...given };
}

function removeSelected(elements: Elements, selected: ReadonlySet<Json>, { ref }: PatchTarget): Elements {
  const { sub } = ref;
  if (!sub) return elements.filter((element) => !selected.has(element));
  return elements.flatMap((element) => {
    if (!selected.has(element) || !isObject(element)) return [element];
    const rest = without(ref.attribute, element, [sub.name]);
    return rest === element || saysSomething(rest) ? [rest] : [];
  });
}

/** Entra takes an e-mail away by {"op":"Remove","path":"emails[type eq \"work\"].value"}; a `type` of nothing is no e-mail. */
function saysSomething(element: JsonObject): boolean {
  return Object.keys(element).some((name) => name !== 'type' && name !== 'primary');
}

/** An element made from a filter takes `primary` from no other: only a value can. */
function withCreated(elements: Elements, terms: JsonObject, given: JsonObject): Elements {
  const { primary, ...rest } = terms;
  const begun = primary === undefined || elements.some(isPrimary) ? rest : terms;
  const all = [...elements, { ...begun, ...given }];
  return isPrimary(given) ? withOnePrimary(all, elements.length) : all;
}

/** RFC 7644 §3.5.2: whoever becomes primary takes it from the others. */
function withOnePrimary(elements: Elements, at: number): Elements {
  return elements.map((each, index) => (index !== at && isPrimary(each) ? { ...each, primary: false } : each));
}

function isPrimary(element: Json): element is JsonObject {
  return isObject(element) && element.primary === true;
}
