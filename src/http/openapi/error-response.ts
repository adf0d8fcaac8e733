const DESCRIPTIONS = {
  401: 'The access token is missing, unknown, expired or revoked.',
  403: 'The access token does not grant the scope this needs.',
} as const;

/** An answer every route of its kind of access has; its body is added where the document is put together. */
export function errorResponse(status: keyof typeof DESCRIPTIONS): { status: 401 | 403; description: string } {
  return { status, description: DESCRIPTIONS[status] };
}
