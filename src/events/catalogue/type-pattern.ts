import { closestName } from '../../config/closest-name.js';
import { EVENT_TYPES, type EventType, TYPE_PREFIX } from './catalogue.js';

/** `member.*` for every noun that has events. */
const NOUNS: readonly string[] = [...new Set(EVENT_TYPES.map((type) => `${nounOf(type)}.*`))];

/** More letters make no name likelier. */
const LONGEST = 64;

/** What a filter names, or what it may have meant. */
export type TypePattern =
  | { readonly types: readonly EventType[] }
  | { readonly unknown: string; readonly closest: string };

/** @param text `member.provisioned`, or `member.*` for all of a noun; with `muster.` in front as well, as events have it */
export function typePattern(text: string): TypePattern {
  const name = text.startsWith(TYPE_PREFIX) ? text.slice(TYPE_PREFIX.length) : text;
  const types = EVENT_TYPES.filter((type) => type === name || `${nounOf(type)}.*` === name);
  return types.length > 0
    ? { types }
    : { unknown: text, closest: closestName(name.slice(0, LONGEST), [...EVENT_TYPES, ...NOUNS]) };
}

function nounOf(type: EventType): string {
  return type.slice(0, type.indexOf('.'));
}
