import type { Client, Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { statementCache } from './cached-statement.js';
import { sendAlone } from './send-alone.js';

/** How many connections share the statements, and when one of them is left alone. */
export interface PipelineOptions {
  readonly lanes: number;
  /** A connection that has answered nothing for so long waits for a lock or a disk: nothing more is sent behind it. */
  readonly heldUpMs: number;
}

interface Lane {
  /** Taken out of the pool with the first statement, given back after the last answer. */
  connection: Promise<PoolClient> | undefined;
  underWay: number;
  answeredAt: number;
}

/**
 * Brief statements of several requests on a few connections. Each is sent without waiting for the answers to those before it, and
 * all that one turn of the event loop has to send leaves together: a system call, and a process woken, for many statements instead
 * of each. A statement is a transaction of its own all the same, so it fails and is rolled back alone (ADR 14).
 */
export class Pipeline {
  private readonly lanes: readonly Lane[];

  /** @param pool its clients are made with `pipeline: true` */
  constructor(
    private readonly pool: Pool,
    private readonly options: PipelineOptions,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lanes = Array.from({ length: options.lanes }, () => ({ connection: undefined, underWay: 0, answeredAt: 0 }));
  }

  /** @param cached as of a statement */
  query<R extends QueryResultRow>(config: QueryConfig, cached = false): Promise<QueryResult<R>> {
    const lane = this.freest();
    return lane ? this.send<R>(lane, config, cached) : sendAlone<R>(this.pool, config, cached);
  }

  /** Undefined while all are held up. */
  private freest(): Lane | undefined {
    const before = this.now() - this.options.heldUpMs;
    let freest: Lane | undefined;
    for (const lane of this.lanes) {
      if (lane.underWay > 0 && lane.answeredAt < before) continue;
      if (freest === undefined || lane.underWay < freest.underWay) freest = lane;
    }
    return freest;
  }

  private async send<R extends QueryResultRow>(
    lane: Lane,
    config: QueryConfig,
    cached: boolean,
  ): Promise<QueryResult<R>> {
    if (lane.underWay === 0) lane.answeredAt = this.now();
    lane.underWay += 1;
    lane.connection ??= this.pool.connect();
    try {
      const client = await lane.connection;
      sendTogether(client);
      if (cached) statementCache.sweep(client);
      return await client.query<R>(config);
    } finally {
      lane.answeredAt = this.now();
      lane.underWay -= 1;
      if (lane.underWay === 0) leave(lane);
    }
  }
}

/** Whoever waited for a connection that could not be had was told. */
function leave(lane: Lane): void {
  lane.connection?.then(
    (client) => client.release(),
    () => undefined,
  );
  lane.connection = undefined;
}

/** Holds back what is written to the connection until the requests at hand have all written theirs. */
function sendTogether(client: PoolClient): void {
  const { stream } = (client as PoolClient & Pick<Client, 'connection'>).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
