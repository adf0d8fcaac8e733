import { LIMITS } from '../config/limits.js';
import type { Steps } from '../scim/index.js';

type Element = string | number | boolean | Date | null;

/** Text that means itself within an array; `NULL` would mean nothing. */
const PLAIN = /^(?!null$)[\w.:@+-]+$/i;
const SPECIAL = /["\\]/g;

/**
 * An array as PostgreSQL reads it: `{a,"b c",NULL}`. The driver makes the same of it, at several times the cost, and batches
 * are made of arrays.
 */
export function arrayText(elements: readonly Element[]): string {
  return `{${elements.map(elementText).join()}}`;
}

/** The same in steps, for an array of any length. */
export function* arrayTextInSteps(elements: readonly Element[]): Steps<string> {
  const texts: string[] = [];
  for (let from = 0; from < elements.length; from += LIMITS.idsAtOnce.value) {
    if (from > 0) yield;
    texts.push(
      elements
        .slice(from, from + LIMITS.idsAtOnce.value)
        .map(elementText)
        .join(),
    );
  }
  return `{${texts.join()}}`;
}

function elementText(element: Element): string {
  if (element === null) return 'NULL';
  if (typeof element === 'string') return PLAIN.test(element) ? element : `"${element.replace(SPECIAL, '\\$&')}"`;
  return element instanceof Date ? `"${element.toISOString()}"` : String(element);
}
