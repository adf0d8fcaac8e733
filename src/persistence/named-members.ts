import { LIMITS } from '../config/limits.js';
import { isId } from '../config/new-id.js';
import type { Steps } from '../scim/index.js';
import { arrayTextInSteps } from './array-text.js';

const MAX_NAMED_LENGTH = 64;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** SCIM ids as a client names them, ready for a statement. */
export interface NamedMembers {
  /** The ids that a user can have, as the text of an array. */
  readonly ids: string;
  /** The texts that no user can have as an id, shortened. */
  readonly notIds: readonly string[];
  /** The same as the text of an array. */
  readonly notIdsText: string;
}

/** Tells ids from other texts, and writes both as SQL reads them. A request names 100 000 of them: so it does this in steps. */
export function* namedMembers(scimIds: readonly string[]): Steps<NamedMembers> {
  const ids: string[] = [];
  const notIds: string[] = [];
  for (const [index, id] of scimIds.entries()) {
    if (index > 0 && index % LIMITS.idsAtOnce.value === 0) yield;
    if (isId(id)) ids.push(id);
    else notIds.push(shortened(id));
  }
  return { ids: yield* arrayTextInSteps(ids), notIds, notIdsText: yield* arrayTextInSteps(notIds) };
}

/** A text as long as an id can be, without what PostgreSQL cannot store. */
function shortened(text: string): string {
  return text.slice(0, MAX_NAMED_LENGTH).replace(UNSTORABLE, '\ufffd');
}
