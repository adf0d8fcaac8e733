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
  /**
   * Twice this and the statement timeout have to stay below 20 s: member-blocks.ts relies on it that a new member is written
   * no later than that after its id was made.
   */
  pipelinedWaitMs: { value: 4000, unit: 'milliseconds', scope: 'request', exceeded: '429 or 503' },
  statementWaitMs: { value: 15_000, unit: 'milliseconds', scope: 'request', exceeded: '429 or 503' },
  /** Parts of large groups, and changes of many members. */
  largeStatements: { value: 1, unit: 'statements at once', scope: 'tenant', exceeded: 'waits' },
  waitingLargeStatements: { value: 32, unit: 'statements', scope: 'tenant', exceeded: '429' },
  /** Filters, sorts and pages that may look at every row of the tenant. */
  heavyStatements: { value: 1, unit: 'statements at once', scope: 'tenant', exceeded: 'waits' },
  waitingHeavyStatements: { value: 32, unit: 'statements', scope: 'tenant', exceeded: '429' },
  /** The default of MUSTER_HEAVY_TIMEOUT_MS. */
  heavyStatementMs: { value: 2000, unit: 'milliseconds', scope: 'request', exceeded: '400 tooMany' },
  /** A list that has to look at the documents of more users is a heavy statement. */
  ordinaryDocuments: { value: 500, unit: 'users', scope: 'request', exceeded: 'runs as a heavy statement' },
  /** The same where columns are enough. */
  ordinaryRows: { value: 5000, unit: 'rows', scope: 'request', exceeded: 'runs as a heavy statement' },
  preparedShapes: { value: 96, unit: 'statements', scope: 'process', exceeded: 'least recently used dropped' },
  preparedShapesOfTenant: { value: 24, unit: 'statements', scope: 'tenant', exceeded: 'least recently used dropped' },
  preparedShapeCharacters: { value: 6000, unit: 'characters', scope: 'request', exceeded: 'not prepared' },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;
