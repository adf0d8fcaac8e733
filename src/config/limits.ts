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
  requestBodyBytes: { value: 5 * 1024 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  formBytes: { value: 64 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  bulkOperations: { value: 1000, unit: 'operations', scope: 'request', exceeded: '413' },
  bulkPayloadBytes: { value: 1024 * 1024, unit: 'bytes', scope: 'request', exceeded: '413' },
  jsonDepth: { value: 32, unit: 'levels', scope: 'request', exceeded: '400 invalidSyntax' },
  /** A filter of 4 096 characters fits even when each character is percent-encoded. */
  urlCharacters: { value: 40_000, unit: 'characters', scope: 'request', exceeded: '414' },
  /** All header fields and the request line; room for the longest URL. */
  headerBytes: { value: 64 * 1024, unit: 'bytes', scope: 'request', exceeded: '431' },

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
    value: 4 * MIB,
    unit: 'bytes',
    scope: 'tenant',
    exceeded: 'the rest is sealed in the next round',
  },
  /** Data of the events that one page or batch of a reader holds. A larger event is delivered alone. */
  eventPageBytes: { value: 4 * MIB, unit: 'bytes', scope: 'request', exceeded: 'a shorter page' },
  /** Stored resources of one page of a list. A larger resource is listed alone. */
  listPageBytes: { value: 4 * MIB, unit: 'bytes', scope: 'request', exceeded: 'a shorter page (RFC 7644 §3.4.2.4)' },

  /** Secrets of one OAuth client that are good at the same time. */
  clientSecrets: { value: 10, unit: 'secrets', scope: 'account', exceeded: '409' },
  webhookEndpoints: { value: 100, unit: 'endpoints', scope: 'tenant', exceeded: '409' },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;
