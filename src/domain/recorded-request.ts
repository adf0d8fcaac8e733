/** One request of an identity provider as the provisioning log keeps it, or a notice that some were not kept. */
export interface RecordedRequest {
  /** UUIDv7 of when it was answered. */
  readonly id: string;
  readonly tenantId: string;
  readonly connectionId: string;
  /** When it was answered, in milliseconds since 1970. */
  readonly at: number;
  /** What it meant to do. */
  readonly action: string;
  readonly targetType: 'User' | 'Group' | null;
  /** The id on the wire, as the client sent it or was given it. */
  readonly targetId: string | null;
  readonly targetName: string | null;
  /** What it is found by: the name's comparison key, else the id. */
  readonly targetKey: string | null;
  /** Null in a notice. */
  readonly status: number | null;
  readonly scimType: string | null;
  readonly detail: string | null;
  /** Name of the reason for which it failed. */
  readonly cause: string | null;
  readonly tolerances: readonly string[];
  readonly durationMs: number | null;
  readonly requestId: string | null;
  /** JSON text without secrets, of requests that failed. */
  readonly body: string | null;
  readonly clientAddress: string | null;
  /** How many were not kept, and since when in milliseconds since 1970; the last one at `at`. Only in a notice. */
  readonly notRecorded: { readonly requests: number; readonly since: number } | null;
  /** Where the row stands for several refused requests: how many, and since when; the last one at `at`. */
  readonly repeats: { readonly requests: number; readonly since: number } | null;
}
