/** Whose share a limit bounds. */
export type LimitScope = 'request' | 'connection' | 'account' | 'address' | 'tenant' | 'process';

/** One row of the table in docs/limits.md. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly scope: LimitScope;
  /** What happens at the limit, as the documentation prints it. */
  readonly exceeded: string;
}

/**
 * Every limit of the server, each with its only definition here. Limits of the SCIM engine are rows of the same form in
 * src/scim/limits.ts. docs/limits.md is generated from both tables (`npm run golden`).
 */
export const LIMITS = {
  requestBodyBytes: { value: 5 * 1024 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  formBytes: { value: 64 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  bulkOperations: { value: 1000, unit: 'operations', scope: 'request', exceeded: '413' },
  bulkPayloadBytes: { value: 1024 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  jsonDepth: { value: 32, unit: 'levels', scope: 'request', exceeded: '400 invalidSyntax' },
  /** A filter of 4 096 characters fits even when each character is percent-encoded. */
  urlCharacters: { value: 40_000, unit: 'characters', scope: 'request', exceeded: '414' },
  /** All header fields and the request line; room for the longest URL. */
  headerBytes: { value: 64 * 1024, unit: 'bytes', scope: 'request', exceeded: '431' },

  connectionRequestsPerSecond: { value: 50, unit: 'requests a second', scope: 'connection', exceeded: '429' },
  connectionRequestBurst: { value: 100, unit: 'requests at once', scope: 'connection', exceeded: '429' },
  accountRequestsPerSecond: { value: 20, unit: 'requests a second', scope: 'account', exceeded: '429' },
  accountRequestBurst: { value: 100, unit: 'requests at once', scope: 'account', exceeded: '429' },
  /** Above two connections at full rate, so that one connection alone never reaches it. */
  requestsPerSecond: { value: 100, unit: 'requests a second', scope: 'tenant', exceeded: '429' },
  requestBurst: { value: 300, unit: 'requests at once', scope: 'tenant', exceeded: '429' },
  /** Each access token of the token endpoint is a row and an event. */
  clientTokensPerSecond: { value: 2, unit: 'access tokens a second', scope: 'account', exceeded: '429' },
  clientTokenBurst: { value: 100, unit: 'access tokens at once', scope: 'account', exceeded: '429' },
  tokensPerSecond: { value: 10, unit: 'access tokens a second', scope: 'tenant', exceeded: '429' },
  tokenBurst: { value: 200, unit: 'access tokens at once', scope: 'tenant', exceeded: '429' },
  /** Routes that need no access token. An IPv6 address stands for its /64 network. */
  publicRequestsPerSecond: { value: 20, unit: 'requests a second', scope: 'address', exceeded: '429' },
  publicRequestBurst: { value: 200, unit: 'requests at once', scope: 'address', exceeded: '429' },
  /** Requests without a valid access token. A valid access token is never counted and never refused by this limit. */
  failuresPerSecond: { value: 5, unit: 'requests a second', scope: 'address', exceeded: '429' },
  failureBurst: { value: 100, unit: 'requests at once', scope: 'address', exceeded: '429' },
  platformRequestsPerSecond: { value: 50, unit: 'requests a second', scope: 'process', exceeded: '429' },
  platformRequestBurst: { value: 200, unit: 'requests at once', scope: 'process', exceeded: '429' },
  rateBuckets: {
    value: 100_000,
    unit: 'buckets of each kind',
    scope: 'process',
    exceeded: 'subjects that have no bucket share a few; none is forgotten',
  },
  rateUsagesPerSync: {
    value: 5000,
    unit: 'buckets a second',
    scope: 'process',
    exceeded: 'the other instances learn of the rest a second later',
  },

  connections: { value: 100, unit: 'connections', scope: 'tenant', exceeded: '409' },
  serviceAccounts: { value: 500, unit: 'service accounts', scope: 'tenant', exceeded: '409' },

  tokensCached: {
    value: 1000,
    unit: 'access tokens',
    scope: 'tenant',
    exceeded: 'the longest unused one is looked up again at its next request',
  },
  tokenUsesPending: {
    value: 1000,
    unit: 'access tokens a minute',
    scope: 'tenant',
    exceeded: 'the time of last use of the others is not recorded',
  },
  authFailuresFolded: {
    value: 200,
    unit: 'access tokens and clients a minute',
    scope: 'tenant',
    exceeded: 'refusals of the others are not in the audit log',
  },

  idempotencyKeys: { value: 50_000, unit: 'keys a day', scope: 'tenant', exceeded: '429' },
  idempotencyBytes: { value: 64 * 1024 * 1024, unit: 'bytes of answers a day', scope: 'tenant', exceeded: '429' },

  refusalsFolded: {
    value: 200,
    unit: 'connections and reasons a minute',
    scope: 'tenant',
    exceeded: 'refused requests of the others are not in the provisioning log',
  },
  provisioningLogQueued: {
    value: 5000,
    unit: 'requests',
    scope: 'tenant',
    exceeded: 'the oldest are counted in a notice instead of recorded',
  },
  provisioningLogQueuedBytes: {
    value: 6 * 1024 * 1024,
    unit: 'bytes',
    scope: 'tenant',
    exceeded: 'the oldest are counted in a notice instead of recorded',
  },
  provisioningLogRowsPerHour: {
    value: 200_000,
    unit: 'rows an hour',
    scope: 'tenant',
    exceeded: 'requests are counted in a notice a minute instead of recorded',
  },

  mailsPerHour: { value: 1000, unit: 'e-mails an hour', scope: 'tenant', exceeded: 'held until the next hour' },
  mailsPerDay: { value: 10_000, unit: 'e-mails in 24 hours', scope: 'tenant', exceeded: 'held until below it' },
  mailsPending: { value: 10_000, unit: 'e-mails', scope: 'tenant', exceeded: 'dropped, with an event' },
  mailsPerRecipient: { value: 50, unit: 'e-mails a day (UTC) to one address', scope: 'tenant', exceeded: 'skipped' },
  mailsSending: { value: 3, unit: 'e-mails at a time of 4', scope: 'tenant', exceeded: 'wait for a place' },
  mailLines: { value: 50, unit: 'lines in an e-mail', scope: 'request', exceeded: 'the rest is counted' },

  webhooksSending: { value: 16, unit: 'deliveries at a time', scope: 'tenant', exceeded: 'wait for a place' },
  webhooksSendingToEndpoint: { value: 4, unit: 'deliveries at a time', scope: 'tenant', exceeded: 'wait for a place' },
  webhooksSendingInAll: {
    value: 256,
    unit: 'deliveries at a time',
    scope: 'process',
    exceeded: 'wait for a place, taken from one tenant after the other',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

/** Limits that the operator can set to another value for one tenant. The tenant itself cannot change them. */
export const TENANT_LIMITS = [
  'connectionRequestsPerSecond',
  'connectionRequestBurst',
  'accountRequestsPerSecond',
  'accountRequestBurst',
  'requestsPerSecond',
  'requestBurst',
  'tokensPerSecond',
  'tokenBurst',
  'connections',
  'serviceAccounts',
  'mailsPerHour',
  'mailsPerDay',
] as const satisfies readonly LimitName[];

export type TenantLimitName = (typeof TENANT_LIMITS)[number];
