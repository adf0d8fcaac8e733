import { pathText } from '../attribute-path.js';
import type { ElementFilter } from '../filter/ast.js';
import { evaluateElement } from '../filter/evaluate.js';
import type { JsonObject } from '../json.js';
import type { Reading } from '../resource/coerce-simple.js';
import { badRequest } from '../scim-error.js';
import type { PatchOperation } from './ast.js';

/**
 * What an element that no filter found begins with. RFC 7644 §3.5.2.3 wants 400 `noTarget`; yet Entra's default mappings
 * write every value they get later as
 *   {"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"+1 555 0100"}
 * and `add` in the same form is how elements are made everywhere. So the terms of the filter become the element.
 * @throws ScimError 400 noTarget
 */
export function missingElement(operation: PatchOperation, { dialect, tolerances }: Reading): JsonObject {
  const { filter, ref } = operation.target;
  // Without a filter nothing was looked for: `emails.value` of a user without e-mails is an attribute that does not exist yet.
  if (!filter) return {};
  const allowed = dialect.replaceCreates || (operation.op === 'add' && dialect.lenient);
  const terms = allowed ? termsOf(filter) : undefined;
  if (!terms || !evaluateElement(filter, terms)) {
    throw badRequest(
      'noTarget',
      `The filter in the path selects no element of ${pathText({ ...ref, sub: undefined })}.`,
    );
  }
  if (operation.op === 'replace') tolerances.add('replace-created-element');
  return terms;
}

/** What a filter says of its elements, if it is nothing but `eq` terms joined by `and`. */
export function termsOf(filter: ElementFilter): JsonObject | undefined {
  if (filter.kind === 'and') {
    const left = termsOf(filter.left);
    const right = termsOf(filter.right);
    return left && right && { ...left, ...right };
  }
  if (filter.kind !== 'compare' || filter.op !== 'eq') return undefined;
  return filter.value === null ? {} : { [filter.attribute.name]: filter.value };
}
