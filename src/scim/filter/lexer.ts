import { SCIM_LIMITS } from '../limits.js';
import { badRequest } from '../scim-error.js';

/**
 * A word is a name, a keyword, a number or what stands there in their place: everything up to white space, a quote or a
 * bracket. Which of them it is depends on its place, so the parser says. `at` counts characters from 0.
 */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: '(' | ')' | '[' | ']' | 'end'; readonly at: number };

/** What is being read, which is what a refusal speaks of. */
export type Grammar = 'filter' | 'path';

export const REFUSAL = { filter: 'invalidFilter', path: 'invalidPath' } as const;

const BLANK = ' \t\r\n';
const BRACKETS = '()[]';
/** NUL and half a surrogate pair: PostgreSQL stores neither, so no text can hold them. */
export const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Splits a filter or a PATCH path into tokens, in one pass. Throws ScimError 400 `invalidFilter` or `invalidPath`. */
export function tokenize(text: string, grammar: Grammar): readonly Token[] {
  if (text.length > SCIM_LIMITS.filterCharacters.value) {
    throw badRequest(
      REFUSAL[grammar],
      `The ${grammar} is longer than ${SCIM_LIMITS.filterCharacters.value} characters`,
    );
  }
  if (UNSTORABLE.test(text))
    throw badRequest(REFUSAL[grammar], `The ${grammar} holds a character that no text can have`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (BLANK.includes(character)) {
      at += 1;
    } else if (isBracket(character)) {
      tokens.push({ kind: character, at });
      at += 1;
    } else if (character === '"') {
      const end = endOfString(text, at, grammar);
      tokens.push({ kind: 'string', value: stringValue(text.slice(at, end), at, grammar), at });
      at = end;
    } else {
      const end = endOfWord(text, at);
      tokens.push({ kind: 'word', text: text.slice(at, end), at });
      at = end;
    }
  }
  tokens.push({ kind: 'end', at });
  return tokens;
}

function isBracket(character: string): character is '(' | ')' | '[' | ']' {
  return BRACKETS.includes(character);
}

function endOfWord(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !`${BLANK}${BRACKETS}"`.includes(text.charAt(at))) at += 1;
  return at;
}

function endOfString(text: string, start: number, grammar: Grammar): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at += 1;
  }
  throw badRequest(REFUSAL[grammar], `The string that begins at character ${start + 1} has no closing quote`);
}

/** A comparison value is a JSON string (RFC 7644 §3.4.2.2). */
function stringValue(literal: string, at: number, grammar: Grammar): string {
  let value: unknown;
  try {
    value = JSON.parse(literal);
  } catch {
    throw badRequest(REFUSAL[grammar], `The string that begins at character ${at + 1} is not a JSON string`);
  }
  if (typeof value !== 'string' || UNSTORABLE.test(value)) {
    throw badRequest(
      REFUSAL[grammar],
      `The string that begins at character ${at + 1} holds a character that no text can have`,
    );
  }
  return value;
}
