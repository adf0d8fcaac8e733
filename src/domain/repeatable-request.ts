/** A request that may be sent twice and is carried out once; digests are SHA-256 in hexadecimal digits. */
export interface RepeatableRequest {
  /** All zero for requests about the platform. */
  readonly tenantId: string;
  /** The service account; all zero for the platform. */
  readonly actorId: string;
  readonly keyDigest: string;
  /** Of method, path and body. */
  readonly request: string;
}

/** What was answered, encrypted: it may hold what is shown only once. */
export interface KeptAnswer {
  readonly status: number;
  /** Base64. */
  readonly sealed: string;
}

/** What is known of a key. */
export type Claim =
  | { readonly kind: 'first' }
  | { readonly kind: 'running' }
  /** The key came with another request. */
  | { readonly kind: 'other' }
  /** The tenant stored as many keys or as many bytes of answers within a day as it may. */
  | { readonly kind: 'full' }
  | ({ readonly kind: 'answered' } & KeptAnswer);

/** Where answers are kept for a day. */
export interface AnswerStore {
  /** Whoever is the first has to `keep` or `forget`. */
  claim(request: RepeatableRequest, at: Date): Promise<Claim>;
  keep(request: RepeatableRequest, answer: KeptAnswer): Promise<void>;
  /** The request failed: the next one with this key is the first again. */
  forget(request: RepeatableRequest): Promise<void>;
}
