const DESCRIPTIONS = {
  400: 'A parameter means nothing here; `errors` says which.',
  401: 'The access token is missing, unknown, expired or revoked.',
  403: 'The access token does not grant the scope this needs.',
  404: 'The tenant of the access token has nothing of this name or id.',
  409: 'It does not fit what is, or others kept changing the same thing; nothing was changed.',
  410: 'What was asked for is no longer kept; `oldest` says where to begin.',
  422: 'The request has mistakes; `errors` lists them all.',
  429: 'The access token or the address is over a rate limit; `Retry-After` tells how many seconds to wait.',
  503: 'The database does not answer; nothing was changed.',
} as const;

export type DocumentedError = keyof typeof DESCRIPTIONS;

/** An answer every route of its kind has; its body is added where the document is put together. */
export function errorResponse(status: DocumentedError): { status: DocumentedError; description: string } {
  return { status, description: DESCRIPTIONS[status] };
}
