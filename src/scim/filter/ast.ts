import type { Attribute, AttributeRef } from '../schema/model.js';

/** RFC 7644 §3.4.2.2. `np` and other inventions do not exist here. */
export type CompareOp = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type Literal = string | number | boolean | null;

/**
 * A filter whose names are already resolved against a resource type.
 * Inside a value path the terms are about sub-attributes of one and the same element.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly inner: Filter }
  | { readonly kind: 'compare'; readonly ref: AttributeRef; readonly op: CompareOp; readonly value: Literal }
  | { readonly kind: 'present'; readonly ref: AttributeRef }
  | { readonly kind: 'valuePath'; readonly ref: AttributeRef; readonly inner: ElementFilter };

export type ElementFilter =
  | { readonly kind: 'and' | 'or'; readonly left: ElementFilter; readonly right: ElementFilter }
  | { readonly kind: 'not'; readonly inner: ElementFilter }
  | { readonly kind: 'compare'; readonly attribute: Attribute; readonly op: CompareOp; readonly value: Literal }
  | { readonly kind: 'present'; readonly attribute: Attribute };
