import { comparisonKey } from '../comparison.js';
import { isObject, type Json } from '../json.js';
import type { Attribute } from '../schema/model.js';

/**
 * Two elements with equal identities are one and the same: equal in `value` and `type` (RFC 7643 §2.4), or, where there is
 * no `value`, as in `addresses`, equal in every sub-attribute.
 */
export function identityOf(attribute: Attribute, element: Json): string {
  if (!isObject(element)) return keyOver([attribute], { [attribute.name]: element });
  const subs = attribute.subAttributes ?? [];
  return keyOver(typeof element.value === 'string' ? subs.filter(isIdentifying) : subs, element);
}

/**
 * Whether an element is among those listed. What a client leaves out of an element, as most do with `type`, is not compared.
 */
export function isListedIn(attribute: Attribute, listed: readonly Json[]): (element: Json) => boolean {
  const byShape = new Map<string, { readonly compared: readonly Attribute[]; readonly keys: Set<string> }>();
  for (const each of listed) {
    const compared = comparedSubs(attribute, each);
    const shape = compared.map(({ name }) => name).join(' ');
    const group = byShape.get(shape) ?? { compared, keys: new Set() };
    group.keys.add(keyOver(compared, asObject(attribute, each)));
    byShape.set(shape, group);
  }
  return (element) =>
    Array.from(byShape.values()).some(({ compared, keys }) =>
      keys.has(keyOver(compared, asObject(attribute, element))),
    );
}

function comparedSubs(attribute: Attribute, listed: Json): readonly Attribute[] {
  if (!isObject(listed)) return [attribute];
  const given = (attribute.subAttributes ?? []).filter(({ name }) => listed[name] !== undefined);
  return typeof listed.value === 'string' ? given.filter(isIdentifying) : given;
}

function isIdentifying({ name }: Attribute): boolean {
  return name === 'value' || name === 'type';
}

function asObject(attribute: Attribute, element: Json): { readonly [name: string]: Json } {
  return isObject(element) ? element : { [attribute.name]: element };
}

function keyOver(compared: readonly Attribute[], element: { readonly [name: string]: Json }): string {
  return JSON.stringify(
    compared.map((each) => {
      const value = element[each.name];
      if (typeof value === 'string') return comparisonKey(each, value);
      // A missing `primary` is false.
      return each.type === 'boolean' ? (value ?? false) : (value ?? null);
    }),
  );
}
