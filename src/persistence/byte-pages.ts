import type { LimitName } from '../config/limits.js';
import type { TenantSession } from './unit-of-work.js';

/**
 * A page bounded by bytes beside its number of rows. It begins with a CTE `page as materialized (…)`, whose rows have a `place`
 * (1, 2, 3 …) and the large value as stored: PostgreSQL then carries a pointer to it, not the value.
 *
 * `cut` finds the first place at which the sum of the sizes exceeds `$maxBytes`. The window function reads the rows one after the
 * other, so the LIMIT ends it there: values behind the cut are not read. The first row is always kept, whatever its size.
 * @param text SQL of the value as text, such as `page.data::text`
 */
export function byteCut(text: string): string {
  return `cut as (
    select s.place from (
      select page.place, sum(octet_length(${text})) over (order by page.place rows unbounded preceding) as upto from page
    ) s where s.upto > $maxBytes::bigint limit 1
  )`;
}

/** Condition on the rows of `page`. @param page its alias */
export const withinCut = (page = 'page'): string =>
  `(${page}.place = 1 or ${page}.place < coalesce((select cut.place from cut), 2147483647))`;

/** How many rows `page` has, those behind the cut included. */
export const PAGE_ROWS = '(select count(*)::int from page)';

/**
 * Whether the bytes cut off rows of the page; then the limit is counted.
 * @param rows of the page, with PAGE_ROWS as `fetched`
 */
export function isCutByBytes(
  session: TenantSession,
  rows: readonly { readonly fetched?: number | null }[],
  limit: LimitName,
): boolean {
  const isCut = rows.length < (rows[0]?.fetched ?? 0);
  if (isCut) session.reached(limit);
  return isCut;
}
