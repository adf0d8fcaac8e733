import { isList, isObject, type Json } from '../scim/index.js';

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
 * A request body for the log: as JSON text, without passwords, tokens and other secrets, with long strings and lists cut. Hides too
 * much rather than too little: a secret may be named by its key, by the path or type beside it, or known by its form.
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
  const namesSecret = keys.some((key) => {
    const value = object[key];
    return NAMING.includes(key.toLowerCase()) && typeof value === 'string' && SECRET_NAME.test(value);
  });
  const copied: [string, Json][] = [];
  for (const key of keys) {
    const value = object[key] ?? null;
    if (left.values <= 0) {
      copied.push([CUT, CUT]);
      break;
    }
    const isSecret = SECRET_NAME.test(key) || (namesSecret && key.toLowerCase() === 'value');
    copied.push([textOf(key, left), isSecret ? HIDDEN : copyOf(value, left)]);
  }
  return Object.fromEntries(copied);
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
