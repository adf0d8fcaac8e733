import type { EventType } from '../events/catalogue/catalogue.js';
import { typePattern } from '../events/catalogue/type-pattern.js';
import { Problem } from '../http/problem.js';

const SHOWN_LENGTH = 64;

/**
 * The types that a reader asks for.
 * @param text names and nouns with commas between them; undefined for every type
 * @throws Problem 400 that says for each unknown name which one comes closest
 */
export function wantedTypes(text: string | undefined): readonly EventType[] | undefined {
  if (text === undefined) return undefined;
  const patterns = text.split(',').map((name) => typePattern(name.trim()));
  const mistakes = patterns.flatMap((pattern) =>
    'unknown' in pattern
      ? [`"${pattern.unknown.slice(0, SHOWN_LENGTH)}" is no type of event; did you mean ${pattern.closest}?`]
      : [],
  );
  if (mistakes.length === 0)
    return [...new Set(patterns.flatMap((pattern) => ('types' in pattern ? pattern.types : [])))];
  throw new Problem(
    400,
    `types: ${mistakes[0]}`,
    mistakes.map((detail) => ({ field: 'types', detail })),
  );
}
