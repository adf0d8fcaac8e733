import { pathText } from '../attribute-path.js';
import type { ElementFilter } from '../filter/ast.js';
import { evaluateElement } from '../filter/evaluate.js';
import { isList, isObject, type Json, type JsonObject } from '../json.js';
import { coerceAttribute, coerceElement, coerceListed, coerceSub } from '../resource/coerce.js';
import { type Reading, tolerate, wrongType } from '../resource/coerce-simple.js';
import { hasAll, valueKeyOf } from '../resource/element-identity.js';
import type { ElementSet, Place } from '../resource/element-set.js';
import type { Attribute, AttributeRef } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import type { PatchOperation } from './ast.js';
import { merged, without } from './complex-value.js';
import type { Effort } from './effort.js';
import { conjunctsOf, namedElements, namesIn, termsOf } from './filter-terms.js';

type Assignment = Extract<PatchOperation, { op: 'add' | 'replace' }>;

export interface ElementContext extends Reading {
  readonly effort: Effort;
}

/** Does one operation to the elements of a multi-valued attribute (RFC 7644 §3.5.2.1–3). */
export function changeElements(set: ElementSet, operation: PatchOperation, context: ElementContext): void {
  const { ref, filter } = operation.target;
  if (filter || ref.sub) {
    changeSelected(set, operation, context);
  } else if (operation.op === 'remove') {
    if (operation.value === undefined) set.clear();
    else removeListed(set, coerceListed(ref, operation.value, context), ref, context);
  } else {
    const list = listOf(ref, operation.op === 'add' ? addedList(operation.value) : operation.value, context);
    if (operation.op === 'replace') set.clear();
    add(set, list);
  }
}

/** RFC 7644 §3.5.2.1 adds "a value" to a multi-valued attribute: one object is the form of the RFC itself. */
export function addedList(value: Json): Json {
  return isObject(value) ? [value] : value;
}

function listOf(ref: AttributeRef, value: Json, { dialect, tolerances }: Reading): readonly Json[] {
  const list = coerceAttribute(ref, value, dialect, tolerances);
  return isList(list) ? list : [];
}

/** What is there already is not added again (RFC 7644 §3.5.2.1); what it says beyond that is kept. */
function add(set: ElementSet, added: readonly Json[]): void {
  for (const each of added) {
    const place = set.put(each, withNews);
    if (isPrimary(each)) set.keepPrimary(place);
  }
}

/** The element is found by its value and type, which stay spelled as they are. */
function withNews(attribute: Attribute, there: JsonObject, { value: _, type: __, ...news }: JsonObject): JsonObject {
  return merged(attribute, there, news);
}

/** What a client leaves out of an element, as most do with `type`, is not compared. */
function removeListed(
  set: ElementSet,
  listed: readonly Json[],
  { attribute }: AttributeRef,
  { effort }: ElementContext,
) {
  for (const each of listed) {
    const key = valueKeyOf(attribute, each);
    if (key !== undefined) {
      const identity: JsonObject = isObject(each) && each.type !== undefined ? { type: each.type } : {};
      for (const place of set.withValue(key)) if (hasAllAt(set, place, attribute, identity)) set.delete(place);
      continue;
    }
    effort.spend(set.size);
    for (const [place, element] of [...set.entries()]) if (hasAll(attribute, element, each)) set.delete(place);
  }
}

function hasAllAt(set: ElementSet, place: Place, attribute: Attribute, given: JsonObject): boolean {
  const element = set.at(place);
  return element !== undefined && (!isObject(element) || hasAll(attribute, element, given));
}

function changeSelected(set: ElementSet, operation: PatchOperation, context: ElementContext): void {
  const { ref, filter } = operation.target;
  if (operation.op === 'remove') {
    removeSelected(set, selectedIn(set, operation, context), ref);
    return;
  }
  const given = givenBy(operation, context);
  const asksPrimary = given?.primary === true && filter !== undefined && namesIn(filter).has('primary');
  // {"path":"emails[primary eq false].primary","value":true}: repeated, it would move on from element to element.
  if (asksPrimary && isSettled(set, operation, given, context)) return;
  const selected = selectedIn(set, operation, context);
  if (selected.length === 0) {
    changeMissing(set, operation, given, context);
  } else if (given) {
    assignSelected(set, selected, given, operation);
  } else if (operation.op === 'replace' || ref.sub) {
    // To add nothing changes nothing; any other value that means "unassigned" takes away what it is about.
    removeSelected(set, selected, ref);
  }
}

function assignSelected(set: ElementSet, selected: readonly Place[], given: JsonObject, operation: Assignment): void {
  let primary: Place | undefined;
  for (const place of selected) {
    const element = set.at(place);
    if (!isObject(element)) continue;
    const isMade = !set.isCompleteAt(place);
    const now = set.update(place, assigned(element, given, operation));
    // An equal one that was primary gave way: what the operation says goes.
    const united = now !== undefined && given.primary === false ? set.at(now) : undefined;
    if (now !== undefined && isObject(united)) set.update(now, { ...united, primary: false });
    if (now !== undefined && set.isCompleteAt(now) && (isMade || given.primary === true)) {
      const after = set.at(now);
      if (after !== undefined && isPrimary(after)) primary ??= now;
    }
  }
  if (primary !== undefined) set.keepPrimary(primary);
}

/** The places of the elements that an operation is about, in their order. Named values are found without a look at the others. */
function selectedIn(set: ElementSet, { target }: PatchOperation, { effort }: ElementContext): readonly Place[] {
  const { filter, ref } = target;
  const named = filter && namedElements(filter, (value) => valueKeyOf(ref.attribute, { value }) ?? value);
  const places = named ? [...named.keys].flatMap((key) => set.withValue(key)) : set.everyPlace();
  const asked = named?.exact ? undefined : filter;
  const found: Place[] = [];
  for (const place of places) {
    const element = set.at(place);
    if (element === undefined) continue;
    effort.spendOn(element, asked);
    if (isObject(element) && (!asked || evaluateElement(asked, element))) found.push(place);
  }
  return named ? found.sort((one, other) => one - other) : found;
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
  // RFC 7644 §3.5.2.3 replaces the record. It stays primary, and what its filter says of it, unless the value says otherwise.
  const kept = new Set(['primary']);
  if (filter) namesIn(filter, kept);
  return { ...Object.fromEntries(Object.entries(element).filter(([name]) => kept.has(name))), ...given };
}

function removeSelected(set: ElementSet, selected: readonly Place[], { attribute, sub }: AttributeRef): void {
  for (const place of selected) {
    const element = set.at(place);
    // Entra removes an e-mail by {"op":"Remove","path":"emails[type eq \"work\"].value"}; without its value it is none.
    if (sub && isObject(element)) set.update(place, without(attribute, element, [sub.name]));
    else set.delete(place);
  }
}

/**
 * An operation whose filter selects no element. RFC 7644 §3.5.2.3 wants 400 `noTarget`; yet Entra's default mappings write
 * every value they get later as
 *   {"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"+1 555 0100"}
 * and `add` in the same form is how elements are made everywhere. So the terms of the filter become the element.
 *
 * A repeated operation changes nothing: the element that the first one changed, so that its filter no longer selects it, is
 * found by the other terms of the filter, and what is made matches its filter.
 * @throws ScimError 400 noTarget
 */
function changeMissing(
  set: ElementSet,
  operation: Assignment,
  given: JsonObject | undefined,
  context: ElementContext,
): void {
  const { filter, ref } = operation.target;
  // Without a filter nothing was looked for: `emails.value` of a user without e-mails is an attribute that does not exist yet.
  if (!filter) {
    if (given) make(set, given);
    return;
  }
  if (given && context.dialect.lenient && isSettled(set, operation, given, context)) return;
  const terms = mayMake(operation, context) ? termsOf(filter) : undefined;
  if (!terms || !evaluateElement(filter, given ? { ...terms, ...given } : terms)) throw noTarget(ref);
  if (operation.op === 'replace') context.tolerances.add('replace-created-element');
  if (!given) return;
  const made = { ...terms, ...given };
  const other = made.primary === true ? withoutPrimary(set, filter, context) : undefined;
  const element = other === undefined ? undefined : set.at(other);
  if (other === undefined || !isObject(element)) {
    make(set, made);
    return;
  }
  const now = set.update(other, { ...merged(ref.attribute, element, given), primary: true });
  if (now !== undefined) set.keepPrimary(now);
}

function mayMake({ op }: Assignment, { dialect }: Reading): boolean {
  return dialect.replaceCreates || (op === 'add' && dialect.lenient);
}

function make(set: ElementSet, element: JsonObject): void {
  const place = set.put(element, withNews);
  if (element.primary === true && set.isCompleteAt(place)) set.keepPrimary(place);
}

/** Whether an element has what the operation gives, and matches all that its filter asks for besides. */
function isSettled(
  set: ElementSet,
  { target: { ref, filter } }: Assignment,
  given: JsonObject,
  { effort }: ElementContext,
) {
  if (!filter) return false;
  const others = conjunctsOf(filter).filter((term) => ![...namesIn(term)].some((name) => given[name] !== undefined));
  return [...set.entries()].some(([, element]) => {
    effort.spendOn(element, filter);
    return matchesAll(others, element) && hasAll(ref.attribute, element, given);
  });
}

/** {"path":"emails[type eq \"work\" and primary eq true].value"}: the work address, where another one is primary. */
function withoutPrimary(set: ElementSet, filter: ElementFilter, { effort }: ElementContext): Place | undefined {
  const others = conjunctsOf(filter).filter((term) => !namesIn(term).has('primary'));
  if (others.length === 0) return undefined;
  return [...set.entries()].find(([, element]) => {
    effort.spendOn(element, filter);
    return matchesAll(others, element);
  })?.[0];
}

function matchesAll(terms: readonly ElementFilter[], element: Json): boolean {
  return isObject(element) && terms.every((term) => evaluateElement(term, element));
}

function noTarget(ref: AttributeRef) {
  return badRequest(
    'noTarget',
    `The filter in the path selects no element of ${pathText({ ...ref, sub: undefined })}.`,
  );
}

function isPrimary(element: Json): boolean {
  return isObject(element) && element.primary === true;
}
