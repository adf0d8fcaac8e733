import type { ParameterName } from './parameters.js';
import type { RefusalName } from './refusals.js';

export type Examples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;

interface Body {
  /** Name of a component schema. */
  readonly schema: string;
  readonly examples?: Examples;
}

/** All the OpenAPI document says of one operation, but for what its decorators say: path, method, scope. */
export interface Operation {
  readonly tag: 'Users' | 'Groups' | 'Bulk' | 'Search' | 'Discovery';
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterName[];
  readonly request?: Body;
  readonly answers: Readonly<
    Record<number, { readonly description: string; readonly body?: Body; readonly headers?: readonly HeaderName[] }>
  >;
  readonly refusals: readonly RefusalName[];
}

export type HeaderName = 'ETag' | 'Location';

/** The same request or answer as two identity providers have it. */
export const both = (oktaValue: unknown, entraValue: unknown): Examples => ({
  okta: { summary: 'Okta', value: oktaValue },
  entra: { summary: 'Microsoft Entra ID', value: entraValue },
});

/** Refusals and parameters that go together. */
/** What any request may be answered: its URL or headers are wrong, whatever it is for. */
export const ANY_REQUEST = [
  'invalidValue',
  'invalidSyntax',
  'notAcceptable',
  'urlTooLong',
  'mediaType',
  'rate',
] as const;
export const GUARDED = [...ANY_REQUEST, 'unauthorized', 'forbidden', 'unavailable'] as const;
export const WITH_BODY = [...GUARDED, 'tooLarge', 'tooSlow'] as const;
export const PROJECTION = ['attributes', 'excludedAttributes'] as const;
export const PAGE = ['sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'] as const;
export const LIST_REFUSALS = ['invalidFilter', 'tooMany', 'invalidCursor', 'expiredCursor', 'invalidCount'] as const;
