import { isList, isObject, type Json } from '../scim/index.js';
import { isKnownFilter, isKnownName } from './shown-names.js';

/** How much of a body is kept: enough to see what was wrong with it. */
export const BODY_LIMITS = {
  /** Characters of one string. */
  text: 512,
  /** Elements of one list. */
  elements: 25,
  /** Values altogether. */
  values: 400,
  /** Characters altogether, of names and strings. */
  characters: 16_384,
} as const;

const HIDDEN = '[hidden]';
const CUT = '[cut]';

/** Anywhere in a name, so that paths, URNs and compounds such as `clientSecret` are names of secrets too. */
const SECRET_NAME = /passw|secret|token|credential|authorization|api[-_ ]?key|private[-_ ]?key|\bpin\b|certificate/i;
/** By their form: our own tokens, JSON Web Tokens, values of an Authorization header, PEM blocks. */
const SECRET_TEXT = /muster_\w{8}|\beyJ[\w-]{8,}\.|\b(?:bearer|basic) +[\w.~+/-]{8}|-----BEGIN /i;
/** Members that say what the value beside them is. */
const NAMING = ['path', 'name', 'type', 'attribute'];

/**
 * A request body for the log, as JSON text. Values are shown under names of schemas and messages only; of any other value only its
 * type is shown, because it may be a secret under whatever name. What is shown is searched a second time for what a name or its form
 * says is a secret. Long strings and lists are cut.
 * @returns null where there was no body
 */
export function redactedBody(body: unknown): string | null {
  if (!isObject(body)) return null;
  const { values, characters } = BODY_LIMITS;
  return JSON.stringify(copyOf(body, { values, characters }));
}

/** How much may still be copied. */
interface Allowance {
  values: number;
  characters: number;
}

function copyOf(value: Json, left: Allowance): Json {
  left.values -= 1;
  if (left.values < 0) return CUT;
  if (typeof value === 'string') return textOf(value, left);
  if (isList(value)) return listOf(value, left);
  return isObject(value) ? objectOf(value, left) : value;
}

function objectOf(object: { readonly [name: string]: Json }, left: Allowance): Json {
  // No more is copied than there is room for, so no more is looked at.
  const keys = Object.keys(object).slice(0, BODY_LIMITS.values + 1);
  const entries = keys.map((key): [string, Json] => [key, object[key] ?? null]);
  const namesSecret = entries.some(
    ([key, value]) => NAMING.includes(key.toLowerCase()) && typeof value === 'string' && SECRET_NAME.test(value),
  );
  const isOperation = entries.some(([key]) => key.toLowerCase() === 'op');
  const path = entries.find(([key]) => key.toLowerCase() === 'path')?.[1];
  const copied: [string, Json][] = [];
  for (const [key, value] of entries) {
    if (left.values <= 0) {
      copied.push([CUT, CUT]);
      break;
    }
    copied.push([textOf(key, left), shownAs(key.toLowerCase(), value)]);
  }
  return Object.fromEntries(copied);

  function shownAs(name: string, value: Json): Json {
    if (SECRET_NAME.test(name) || (namesSecret && name === 'value')) return HIDDEN;
    if (!isKnownName(name) || (name === 'value' && !isOfKnownPath(value))) return typeText(value, left);
    if (typeof value !== 'string') return copyOf(value, left);
    if (name === 'path') return isKnownName(value) || ROUTE.test(value) ? copyOf(value, left) : nameIn(value, left);
    return name === 'filter' && !isKnownFilter(value) ? typeText(value, left) : copyOf(value, left);
  }

  /** Without a path the names are those of the value (RFC 7644 §3.5.2). */
  function isOfKnownPath(value: Json): boolean {
    if (typeof path === 'string') return isKnownName(path);
    return !isOperation || isObject(value);
  }
}

/** What a bulk operation is about. */
const ROUTE = /^\/(?:Users|Groups)(?:\/[\w:-]{1,64})?$/;

/** The type alone. */
function typeText(value: Json, left: Allowance): Json {
  left.values -= 1;
  if (value === null) return null;
  if (isList(value)) return `[list of ${value.length}]`;
  return `[${typeof value}]`;
}

/** Of a path that is not known the name, which says what was wrong, without the values of its filter. */
function nameIn(path: string, left: Allowance): Json {
  const [name = ''] = path.split(/[^\w$:.-]/, 1);
  return name === path ? copyOf(path, left) : `${String(copyOf(name, left))}${CUT}`;
}

function listOf(list: readonly Json[], left: Allowance): Json {
  const most = Math.min(BODY_LIMITS.elements, Math.max(left.values, 0));
  const copied = list.slice(0, most).map((element) => copyOf(element, left));
  return list.length > most ? [...copied, `[${list.length - most} more]`] : copied;
}

/** A filter that compares a password holds one, and so may JSON inside a string. */
function textOf(text: string, left: Allowance): string {
  const compares = text.includes('"') || text.includes(' eq ');
  if (SECRET_TEXT.test(text) || (compares && SECRET_NAME.test(text))) return HIDDEN;
  const most = Math.min(BODY_LIMITS.text, Math.max(left.characters, 0));
  left.characters -= Math.min(text.length, most);
  return text.length > most ? `${text.slice(0, most)}${CUT}` : text;
}
