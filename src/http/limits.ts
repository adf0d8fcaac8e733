/** Bounds of one request. Over a limit: a refusal that names it, nothing applied. */
export const LIMITS = {
  /** Bytes of a request body. */
  body: 5 * 1024 * 1024,
  /** Bytes of a form that is read. */
  form: 64 * 1024,
  /** Operations of one bulk request. */
  bulkOperations: 1000,
  /** Bytes of a bulk request. */
  bulkPayload: 1024 * 1024,
  /** Arrays and objects inside one another. */
  jsonDepth: 32,
  /** Characters of the request target; a filter of 4 096 characters fits even when each is percent-encoded. */
  url: 40_000,
  /** Bytes of all header fields and the request line; room for the longest URL. */
  headers: 64 * 1024,
} as const;
