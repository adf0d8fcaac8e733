import type { ElementFilter } from '../filter/ast.js';
import type { Json } from '../json.js';
import type { AttributeRef } from '../schema/model.js';

/** What an operation is about: an attribute, its sub-attribute, or the elements that `filter` selects (RFC 7644 §3.5.2). */
export interface PatchTarget {
  /** `ref.sub` is the sub-attribute after the dot or after the bracket. */
  readonly ref: AttributeRef;
  readonly filter?: ElementFilter;
}

/** A path-less operation is split by the parser into one operation per attribute, so every operation has a target. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly target: PatchTarget; readonly value: Json }
  | { readonly op: 'remove'; readonly target: PatchTarget; readonly value?: Json };
