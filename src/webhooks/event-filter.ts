import { TYPE_PREFIX } from '../events/catalogue/catalogue.js';
import { typePattern } from '../events/catalogue/type-pattern.js';

/** Whether an endpoint wants events of this type; no patterns at all mean that it wants everything. */
export function wants(patterns: readonly string[], type: string): boolean {
  const wholeNoun = `${type.slice(0, type.indexOf('.'))}.*`;
  return patterns.length === 0 || patterns.includes(type) || patterns.includes(wholeNoun);
}

/** A filter as it is kept: without what all types have in front when they travel, and nothing twice. */
export function plainPatterns(patterns: readonly string[]): string[] {
  return [...new Set(patterns.map((text) => (text.startsWith(TYPE_PREFIX) ? text.slice(TYPE_PREFIX.length) : text)))];
}

/** What is wrong with the first pattern that matches no type of event; undefined when there is none. */
export function mistakeIn(patterns: readonly string[]): string | undefined {
  for (const text of patterns) {
    const pattern = typePattern(text);
    if ('unknown' in pattern) return `"${pattern.unknown}" is no type of event; did you mean "${pattern.closest}"?`;
  }
  return undefined;
}
