import { LIMITS } from '../config/limits.js';

/** Ids as a text names them: the first ones, and how many more there are. */
export function namedIds(ids: readonly string[]): string {
  const most = LIMITS.namedMembers.value;
  const others = ids.length > most ? ` and ${ids.length - most} more` : '';
  return `${ids.slice(0, most).join(', ')}${others}`;
}
