import type { ElementFilter } from '../filter/ast.js';
import { isObject, type Json } from '../json.js';
import { SCIM_LIMITS } from '../limits.js';
import { badRequest } from '../scim-error.js';
import { nodesIn } from './filter-terms.js';

/** Characters that cost about as much to compare as an element costs to look at. */
const CHARACTERS_A_STEP = 256;

/** What the operations of one PATCH may cost together: no filter, however long, makes a request expensive. */
export class Effort {
  private left: number = SCIM_LIMITS.patchSteps.value;

  /** @throws ScimError 400 invalidValue once the operations cost more than the limit */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left >= 0) return;
    const { value } = SCIM_LIMITS.patchSteps;
    throw badRequest(
      'invalidValue',
      `The operations ask for more than ${value} comparisons (patchSteps): name elements by their value, or send less at once.`,
    );
  }

  /** Asking an element whether it matches a filter. */
  spendOn(element: Json, filter: ElementFilter | undefined): void {
    this.spend((filter ? nodesIn(filter) : 1) * weightOf(element));
  }
}

function weightOf(element: Json): number {
  if (!isObject(element)) return 1;
  let characters = 0;
  for (const name of Object.keys(element)) {
    const value = element[name];
    if (typeof value === 'string') characters += value.length;
  }
  return 1 + Math.floor(characters / CHARACTERS_A_STEP);
}
