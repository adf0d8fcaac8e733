import { setPriority } from 'node:os';
import pg from 'pg';
import { DataSource } from 'typeorm';

/** How one role reaches the database. */
export interface PoolSettings {
  readonly url: string;
  /** Start-up options of each connection, such as BY_INDEX; a pooler between may drop them. */
  readonly options?: string;
  /** Longest a statement may run, in milliseconds; STATEMENT_TIMEOUT_SECONDS unless said. */
  readonly statementTimeoutMs?: number;
  /** Longest a statement may wait for a lock, in milliseconds; as long as it may run unless said. */
  readonly lockTimeoutMs?: number;
  /** Nice value of the PostgreSQL processes, where they are processes of this machine and this user. */
  readonly nice?: number;
}

/** Longest a statement may run. */
const STATEMENT_TIMEOUT_SECONDS = 10;

/**
 * From this age on no transaction can still add a member with an id of that time: a statement that adds one waits twice for its turn at
 * most (LIMITS.pipelinedWaitMs), and runs no longer than the timeout. The directory of blocks relies on it (member-blocks.ts).
 */
export const SETTLED_AFTER_SECONDS = 30;

const TIMESTAMPTZ = 1184;

/**
 * Rows of one tenant are reached through an index, also while a table is small and never analysed: prepared plans made then
 * stay in use while it grows, and a scan that was right for a thousand rows is wrong for a million. Compiling a statement of
 * some milliseconds to machine code costs more than it saves, and a statement uses one core: the others are for other tenants.
 */
export const BY_INDEX =
  '-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off -c max_parallel_workers_per_gather=0';

/** Opens a pool through TypeORM; `timestamptz` arrives as ISO 8601 text, the form the wire needs. */
export function openDataSource(settings: PoolSettings, poolSize: number): Promise<DataSource> {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_SECONDS * 1000, lockTimeoutMs, nice } = settings;
  return new DataSource({
    type: 'postgres',
    url: withOptions(settings),
    applicationName: 'muster',
    installExtensions: false,
    poolSize,
    extra: {
      pipeline: true,
      statement_timeout: statementTimeoutMs,
      ...(lockTimeoutMs !== undefined && { lock_timeout: lockTimeoutMs }),
      onConnect: (client: ClientWithProcess) => {
        // A connection that breaks fails its statements, which is where the error is told; unheard, its event would end the process.
        client.on('error', () => undefined);
        if (nice !== undefined) lowerPriority(client, nice);
      },
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_SECONDS * 1000,
      // Waiting for a free connection counts too: a burst is queued rather than refused.
      connectionTimeoutMillis: 15_000,
      types: {
        getTypeParser: (oid: number, format?: 'text' | 'binary') =>
          oid === TIMESTAMPTZ ? isoTime : pg.types.getTypeParser(oid, format),
      },
    },
  }).initialize();
}

type ClientWithProcess = pg.Client & { readonly processID: number | null };

/** A server that is not a process of this user keeps its priority. */
function lowerPriority({ processID }: ClientWithProcess, nice: number): void {
  try {
    if (processID !== null) setPriority(processID, nice);
  } catch {
    // Without it heavy statements are still bounded in number and time.
  }
}

/** Start-up options that the URL brings along come first. */
function withOptions({ url, options }: PoolSettings): string {
  if (options === undefined) return url;
  const whole = new URL(url);
  whole.searchParams.set('options', [whole.searchParams.get('options'), options].filter(Boolean).join(' '));
  return whole.toString();
}

/** `2026-03-01 12:15:35.1+00` as PostgreSQL writes it in UTC → `2026-03-01T12:15:35.100Z`; other zones go through Date. */
function isoTime(text: string): string {
  if (!text.endsWith('+00')) return new Date(text).toISOString();
  const milliseconds = text.slice(20, -3).padEnd(3, '0').slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`;
}
