import { pathText } from '../attribute-path.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import type { Attribute, AttributeRef } from '../schema/model.js';
import { badRequest } from '../scim-error.js';
import { identityOf, isComplete, united, valueKeyOf } from './element-identity.js';

/** Where an element stands among the others; it stays the same while elements come and go. */
export type Place = number;

/**
 * The elements of one multi-valued attribute while they change, in their order: no two equal ones (RFC 7643 §2.4). An element
 * is found by what it is, and by its value, without a look at the others, so many changes cost what they change.
 *
 * An element that is not complete is one in the making: the next operation may give it the value it lacks. It is in no list.
 */
export class ElementSet {
  /** True once an element was added, changed or removed. */
  changed = false;
  private readonly elements = new Map<Place, Json>();
  private readonly places = new Map<string, Place>();
  private readonly identities = new Map<JsonObject, string>();
  private byValue: Map<string, Set<Place>> | undefined;
  private next: Place = 0;
  private readonly most: number;

  private readonly attribute: Attribute;

  constructor(
    private readonly ref: AttributeRef,
    elements: readonly Json[] = [],
  ) {
    this.attribute = ref.attribute;
    // What was stored before the limit was set can still be changed.
    this.most = Math.max(SCIM_LIMITS.elements.value, elements.length);
    for (const element of elements) this.put(element, united);
    this.changed = false;
  }

  get size(): number {
    return this.elements.size;
  }

  /** The complete elements. */
  list(): readonly Json[] {
    return Array.from(this.elements.values()).filter((element) => isComplete(this.attribute, element));
  }

  entries(): Iterable<readonly [Place, Json]> {
    return this.elements;
  }

  everyPlace(): readonly Place[] {
    return Array.from(this.elements.keys());
  }

  at(place: Place): Json | undefined {
    return this.elements.get(place);
  }

  isCompleteAt(place: Place): boolean {
    const element = this.elements.get(place);
    return element !== undefined && isComplete(this.attribute, element);
  }

  /** The places of the elements with this value, by its comparison key. */
  withValue(key: string): readonly Place[] {
    if (!this.byValue) {
      this.byValue = new Map();
      for (const [place, element] of this.elements) this.note(place, element);
    }
    return [...(this.byValue.get(key) ?? [])];
  }

  /**
   * @param join makes one of the element that is there and an equal one
   * @returns where the element is now
   * @throws ScimError 400 invalidValue for more elements than the limit
   */
  put(element: Json, join: (attribute: Attribute, there: JsonObject, added: JsonObject) => JsonObject): Place {
    const equal = this.equalTo(element);
    if (equal === undefined) {
      if (this.elements.size >= this.most) throw tooMany(this.ref, this.most);
      this.set(this.next, element);
      return this.next++;
    }
    const there = this.elements.get(equal);
    if (isObject(there) && isObject(element)) this.set(equal, join(this.attribute, there, element));
    return equal;
  }

  /**
   * Puts another element in the place of one. An equal one elsewhere gives way, and of the two that are one either may be
   * primary. An element that was complete and no longer is goes.
   * @returns where it is now; undefined when it is gone
   */
  update(place: Place, element: Json): Place | undefined {
    const before = this.elements.get(place);
    if (!isComplete(this.attribute, element) && before !== undefined && isComplete(this.attribute, before)) {
      this.delete(place);
      return undefined;
    }
    const equal = this.equalTo(element);
    if (equal === undefined || equal === place) {
      this.set(place, element);
      return place;
    }
    const other = this.elements.get(equal);
    const [stays, goes] = equal < place ? [equal, place] : [place, equal];
    this.delete(goes);
    const isPrimary = isObject(other) && other.primary === true;
    this.set(stays, isPrimary && isObject(element) ? { ...element, primary: true } : element);
    return stays;
  }

  delete(place: Place): void {
    const element = this.elements.get(place);
    if (element === undefined) return;
    this.forget(place, element);
    this.elements.delete(place);
    this.changed = true;
  }

  clear(): void {
    this.changed ||= this.elements.size > 0;
    this.elements.clear();
    this.places.clear();
    this.byValue = undefined;
  }

  /** RFC 7644 §3.5.2: an element that becomes primary takes it from the others. */
  keepPrimary(place: Place): void {
    for (const [other, element] of this.elements) {
      if (other !== place && isObject(element) && element.primary === true) {
        this.set(other, { ...element, primary: false });
      }
    }
  }

  private equalTo(element: Json): Place | undefined {
    return isComplete(this.attribute, element) ? this.places.get(this.identityOf(element)) : undefined;
  }

  /** Elements are not changed in place, so what one is has to be found out once. */
  private identityOf(element: Json): string {
    if (!isObject(element)) return identityOf(this.attribute, element);
    let identity = this.identities.get(element);
    if (identity === undefined) {
      identity = identityOf(this.attribute, element);
      this.identities.set(element, identity);
    }
    return identity;
  }

  private set(place: Place, element: Json): void {
    const before = this.elements.get(place);
    if (before !== undefined) {
      if (isEqual(before, element)) return;
      this.forget(place, before);
    }
    this.elements.set(place, element);
    if (isComplete(this.attribute, element)) this.places.set(this.identityOf(element), place);
    if (this.byValue) this.note(place, element);
    this.changed = true;
  }

  private forget(place: Place, element: Json): void {
    if (isComplete(this.attribute, element)) this.places.delete(this.identityOf(element));
    const key = this.byValue && valueKeyOf(this.attribute, element);
    if (key !== undefined) this.byValue?.get(key)?.delete(place);
  }

  private note(place: Place, element: Json): void {
    const key = valueKeyOf(this.attribute, element);
    if (key === undefined) return;
    const places = this.byValue?.get(key);
    if (places) places.add(place);
    else this.byValue?.set(key, new Set([place]));
  }
}

/** 400 invalidValue: names the attribute and the limit. */
export function tooMany(ref: AttributeRef, most: number) {
  return badRequest(
    'invalidValue',
    `${pathText({ ...ref, sub: undefined })} must not have more than ${most} elements (elements).`,
  );
}

/** Elements hold simple values only. */
function isEqual(one: Json, other: Json): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
