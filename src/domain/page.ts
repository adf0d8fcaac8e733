/** One page of a list; `next` is where the next one begins, null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Which page is wanted: behind this key, with so many items at most. */
export interface PageWish {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** @param found one more than the limit where there is more */
export function pageOf<T>(found: readonly T[], limit: number, keyOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? keyOf(last) : null };
}
