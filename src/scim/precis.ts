import { foldCase, lowerCase } from './case-folding.js';

/**
 * PRECIS UsernameCaseMapped (RFC 8265 §3.3): width mapping, IdentifierClass, lower case, NFC, bidi rule.
 * Where the profile refuses a string (`jane doe`, `a™`) the key is its NFKC case fold instead: identity providers send such
 * names too, and a name must have a key to be unique at all. Keys are for comparison, never for display.
 */
export function userNameKey(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // Composed first, so that the two ways to write one character can never part at the profile's refusal.
  const composed = text.normalize('NFC');
  return usernameCaseMapped(composed) ?? compatibilityFold(composed);
}

/**
 * PRECIS Nickname (RFC 8266 §2): blanks of every kind are one space, none stands at an end and none beside another; case folding; NFKC. The
 * rules are applied until nothing changes (§2.4). A name that the profile refuses has a key too, because it must have one to be unique.
 * Keys are for comparison, never for display.
 */
export function nicknameKey(text: string): string {
  if (PLAIN_NAME.test(text)) return text.toLowerCase();
  let key = text;
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    const next = foldCase(key.replace(/\s+/gu, ' ').trim()).normalize('NFKC');
    if (next === key) break;
    key = next;
  }
  return key;
}
const PLAIN_NAME = /^[!-~]+(?: [!-~]+)*$/;
/** RFC 8264 §7: three repetitions suffice for every string that has a stable form. */
const MAX_PASSES = 4;

/** Through upper case, because ß and its like fold only there. */
function compatibilityFold(text: string): string {
  return lowerCase(lowerCase(text.normalize('NFKC')).toUpperCase()).normalize('NFKC');
}

/** The enforced form, or undefined where the profile refuses the string. */
export function usernameCaseMapped(text: string): string | undefined {
  const mapped = text.replace(WIDTH_VARIANT, (character) => character.normalize('NFKC'));
  if (!inIdentifierClass(mapped)) return undefined;
  const enforced = lowerCase(mapped).normalize('NFC');
  return fitsBidiRule(enforced) ? enforced : undefined;
}

/** Lower case is all that either branch does to ASCII, so the common case needs no table. */
const ASCII = /^[ -~]*$/;

/** Fullwidth and halfwidth forms (Unicode Standard Annex 11), and the ideographic space. */
const WIDTH_VARIANT = /[\uff01-\uffef\u3000]/g;

/**
 * RFC 8264 §9: letters, digits and visible ASCII, and the exceptions that §9.6 allows outright. Characters allowed only in
 * context (§9.6 CONTEXTO, §9.8 joiners) and the disallowed exceptions are left out, so strings holding them take the fold.
 */
const IDENTIFIER = /^(?:[!-~]|[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]|[\u06fd\u06fe\u0f0b\u3007])+$/u;
const NOT_IDENTIFIER =
  /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u0660-\u0669\u06f0-\u06f9\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]|\p{Default_Ignorable_Code_Point}/u;

function inIdentifierClass(text: string): boolean {
  if (!IDENTIFIER.test(text) || NOT_IDENTIFIER.test(text)) return false;
  // HasCompat (RFC 8264 §9.17) is asked of each code point: NFKC of the whole would also count canonical composition.
  for (const character of text) if (character.normalize('NFKC') !== character.normalize('NFC')) return false;
  return true;
}

const RIGHT_TO_LEFT_SCRIPTS = ['Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Nko', 'Samaritan', 'Mandaic', 'Adlam']
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const RIGHT_TO_LEFT = new RegExp(`[${RIGHT_TO_LEFT_SCRIPTS}]`, 'u');
const LEFT_TO_RIGHT_LETTER = new RegExp(`(?=\\p{L})[^${RIGHT_TO_LEFT_SCRIPTS}]`, 'u');
/** Begins with a letter; ends with a letter or digit and its marks (RFC 5893 §2, conditions 1 and 3). */
const RIGHT_TO_LEFT_LABEL = /^\p{Lo}(?:.*[\p{L}\p{Nd}])?\p{Mn}*$/u;

/** RFC 5893 §2, for what the IdentifierClass above leaves over: a name runs in one direction. */
function fitsBidiRule(text: string): boolean {
  if (!RIGHT_TO_LEFT.test(text)) return true;
  return RIGHT_TO_LEFT_LABEL.test(text) && !LEFT_TO_RIGHT_LETTER.test(text);
}
