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
