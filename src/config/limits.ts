const MIB = 1024 * 1024;

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
  /** Groups. A PUT of 100 000 members has about 5 MB; larger groups are sent in several PATCH requests. */
  requestBodyBytes: { value: 5 * 1024 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  /** Users. Identity providers send a few kilobytes. */
  userBodyBytes: { value: 1024 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  searchBodyBytes: { value: 256 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  managementBodyBytes: { value: 256 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  /** Public routes: the token endpoint, unsubscribing. */
  formBytes: { value: 64 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  /** A refused request with a longer body is not read to the end; its connection is closed. */
  discardedBodyBytes: { value: 64 * 1024, unit: 'bytes', scope: 'request', exceeded: 'connection closed' },
  /** Bodies from the moment they are announced until the request is answered. */
  bodyBytesInFlight: { value: 64 * 1024 * 1024, unit: 'bytes', scope: 'process', exceeded: '503' },
  tenantBodyBytesInFlight: { value: 16 * 1024 * 1024, unit: 'bytes', scope: 'tenant', exceeded: '429' },
  /** All public routes together, so that strangers leave room for tenants. */
  publicBodyBytesInFlight: { value: 8 * 1024 * 1024, unit: 'bytes', scope: 'process', exceeded: '503' },
  addressBodyBytesInFlight: { value: 1024 * 1024, unit: 'bytes', scope: 'address', exceeded: '429' },
  /** The average rate of a body after `slowBodySeconds`. */
  bodyBytesPerSecond: { value: 8 * 1024, unit: 'bytes a second', scope: 'request', exceeded: '408' },
  slowBodySeconds: { value: 5, unit: 'seconds', scope: 'request', exceeded: '408' },
  headerSeconds: { value: 15, unit: 'seconds', scope: 'request', exceeded: '408' },
  requestSeconds: { value: 60, unit: 'seconds', scope: 'request', exceeded: '408' },
  /** Longer than the idle time-outs of usual load balancers, so that the balancer closes a connection first. */
  keepAliveSeconds: { value: 65, unit: 'seconds', scope: 'request', exceeded: 'connection closed' },
  connections: { value: 2048, unit: 'connections', scope: 'process', exceeded: '503' },
  /** Not applied behind a trusted proxy, whose address all clients share. */
  connectionsPerAddress: { value: 256, unit: 'connections', scope: 'address', exceeded: 'connection closed' },
  /** Connections beyond `connections`, for probes only: the oldest gives way. */
  probeConnections: { value: 128, unit: 'connections', scope: 'process', exceeded: 'connection closed' },
  /** Fresh answers of `/readyz` and of `/metrics`, each. */
  probesPerSecond: { value: 10, unit: 'answers a second', scope: 'process', exceeded: 'the last answer again' },
  /** A body with more JSON than this is parsed in steps; other requests are served between two steps. */
  jsonStepCharacters: { value: 64 * 1024, unit: 'characters', scope: 'process', exceeded: 'next step' },
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
  publicRequestsPerSecond: { value: 50, unit: 'requests a second', scope: 'address', exceeded: '429' },
  publicRequestBurst: { value: 300, unit: 'requests at once', scope: 'address', exceeded: '429' },
  /** Requests without a valid access token. A valid access token is never counted and never refused by this limit. */
  failuresPerSecond: { value: 5, unit: 'requests a second', scope: 'address', exceeded: '429' },
  failureBurst: { value: 100, unit: 'requests at once', scope: 'address', exceeded: '429' },
  platformRequestsPerSecond: { value: 50, unit: 'requests a second', scope: 'process', exceeded: '429' },
  platformRequestBurst: { value: 200, unit: 'requests at once', scope: 'process', exceeded: '429' },
  /** What a body costs besides its request: a PATCH of one person has less, and 16 KiB name about 200 members of a group. */
  bodyBytesPerUnit: {
    value: 16 * 1024,
    unit: 'bytes of a body',
    scope: 'request',
    exceeded: 'counts as one more request',
  },
  refusalHoldMs: {
    value: 500,
    unit: 'milliseconds',
    scope: 'request',
    exceeded: 'a 429 is sent so much later at most, and half of it at least',
  },
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

  idpConnections: { value: 100, unit: 'connections', scope: 'tenant', exceeded: '409' },
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
  /** Data of the events in deliveries under way. A larger event is sent when the tenant sends nothing else. */
  webhookBytesSending: { value: 4 * MIB, unit: 'bytes at a time', scope: 'tenant', exceeded: 'wait for a place' },
  /** The same for all tenants. A larger event is sent when nothing else is sent. */
  webhookBytesSendingInAll: {
    value: 32 * MIB,
    unit: 'bytes at a time',
    scope: 'process',
    exceeded: 'wait for a place, taken from one tenant after the other',
  },

  /** Members as this instance last wrote them, estimated with their objects. */
  recentMembersBytes: {
    value: 64 * MIB,
    unit: 'bytes',
    scope: 'process',
    exceeded: 'tenants above the average lose entries',
  },
  recentMembersTenantBytes: {
    value: 24 * MIB,
    unit: 'bytes',
    scope: 'tenant',
    exceeded: 'its oldest entries are dropped',
  },
  /** Key sets and discovery documents of identity providers and OAuth clients. */
  remoteDocumentsBytes: {
    value: 32 * MIB,
    unit: 'bytes',
    scope: 'process',
    exceeded: 'tenants above the average lose entries',
  },
  remoteDocumentsTenantBytes: {
    value: 8 * MIB,
    unit: 'bytes',
    scope: 'tenant',
    exceeded: 'its oldest entries are dropped',
  },

  /** Data of the events that one transaction seals for a tenant. A larger event is sealed alone. */
  sealingBatchBytes: {
    value: 1 * MIB,
    unit: 'bytes',
    scope: 'tenant',
    exceeded: 'the rest is sealed in the next round',
  },
  /** Data of the events that one page or batch of a reader holds. A larger event is delivered alone. */
  eventPageBytes: { value: 4 * MIB, unit: 'bytes', scope: 'request', exceeded: 'a shorter page' },
  /** Data of an event in a webhook or a message of the broker; NATS takes 1 MiB by default. */
  pushedEventBytes: { value: 512 * 1024, unit: 'bytes', scope: 'request', exceeded: '`dataref` instead of `data`' },
  /** Stored resources of one page of a list. A larger resource is listed alone. */
  listPageBytes: { value: 4 * MIB, unit: 'bytes', scope: 'request', exceeded: 'a shorter page (RFC 7644 §3.4.2.4)' },

  /** Ids of members that one text names, of an error or in the provisioning log. */
  namedMembers: { value: 20, unit: 'ids', scope: 'request', exceeded: 'the rest is counted' },
  /** Ids of members that are checked and written as SQL at a stretch; other requests are served between two steps. */
  idsAtOnce: { value: 2000, unit: 'ids', scope: 'process', exceeded: 'next step' },

  /** Secrets of one OAuth client that are good at the same time. */
  clientSecrets: { value: 10, unit: 'secrets', scope: 'account', exceeded: '409' },
  webhookEndpoints: { value: 100, unit: 'endpoints', scope: 'tenant', exceeded: '409' },

  /** Statements about a row or a few, which share connections. */
  pipelinedStatements: { value: 32, unit: 'statements at once', scope: 'tenant', exceeded: 'waits' },
  /** Of these, a third is for tenants with nothing in flight. */
  pipelinedStatementsInFlight: { value: 96, unit: 'statements at once', scope: 'process', exceeded: 'waits' },
  /** A statement that waits for a lock for longer leaves the shared connections for a connection of the tenant's share. */
  sharedLockWaitMs: { value: 50, unit: 'milliseconds', scope: 'request', exceeded: 'another connection' },
  tenantConnections: { value: 25, unit: 'percent of MUSTER_POOL_SIZE', scope: 'tenant', exceeded: 'waits' },
  /** The last connections are for tenants that hold none. */
  reservedConnections: { value: 25, unit: 'percent of MUSTER_POOL_SIZE', scope: 'process', exceeded: 'waits' },
  waitingStatements: { value: 500, unit: 'statements of a class', scope: 'tenant', exceeded: '429' },
  /** Twice this and the statement timeout have to stay below the age at which ids count as settled (data-source.ts). */
  pipelinedWaitMs: { value: 8000, unit: 'milliseconds', scope: 'request', exceeded: '429 or 503' },
  statementWaitMs: { value: 30_000, unit: 'milliseconds', scope: 'request', exceeded: '429 or 503' },
  /** Parts of large groups, and changes of many members. */
  largeStatements: { value: 1, unit: 'statements at once', scope: 'tenant', exceeded: 'waits' },
  /** Whole answers with large groups. One whose client has read nothing for `largeReadIdleMs` makes room. */
  largeReads: { value: 1, unit: 'answers at once', scope: 'tenant', exceeded: 'waits' },
  waitingLargeReads: { value: 16, unit: 'answers', scope: 'tenant', exceeded: '429' },
  largeReadIdleMs: { value: 1000, unit: 'milliseconds', scope: 'request', exceeded: 'another read begins' },
  waitingLargeStatements: { value: 32, unit: 'statements', scope: 'tenant', exceeded: '429' },
  /** Filters, sorts and pages that may look at every row of the tenant. */
  heavyStatements: { value: 1, unit: 'statements at once', scope: 'tenant', exceeded: 'waits' },
  waitingHeavyStatements: { value: 8, unit: 'statements', scope: 'tenant', exceeded: '429' },
  /** The default of MUSTER_HEAVY_TIMEOUT_MS. */
  heavyStatementMs: { value: 2000, unit: 'milliseconds', scope: 'request', exceeded: '400 tooMany' },
  /** A list that has to look at the documents of more users is a heavy statement. */
  ordinaryDocuments: { value: 500, unit: 'users', scope: 'request', exceeded: 'runs as a heavy statement' },
  /** The same where columns are enough. */
  ordinaryRows: { value: 5000, unit: 'rows', scope: 'request', exceeded: 'runs as a heavy statement' },
  preparedShapes: { value: 96, unit: 'statements', scope: 'process', exceeded: 'least recently used dropped' },
  preparedShapesOfTenant: { value: 24, unit: 'statements', scope: 'tenant', exceeded: 'least recently used dropped' },
  /** To plan a longer statement costs as much as to run it. */
  preparedShapeCharacters: {
    value: 6000,
    unit: 'characters of SQL',
    scope: 'request',
    exceeded: 'runs as a heavy statement',
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
  'idpConnections',
  'serviceAccounts',
  'mailsPerHour',
  'mailsPerDay',
] as const satisfies readonly LimitName[];

export type TenantLimitName = (typeof TENANT_LIMITS)[number];
