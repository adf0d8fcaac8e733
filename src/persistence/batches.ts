import type { QueryConfig } from 'pg';
import type { BatchedStatement } from './batched-statement.js';
import { isUndone } from './pg-errors.js';
import type { Statement } from './statement.js';

/** Most changes that share a transaction: from here on more of them save little. */
const MOST = 8;
/** Batches under way before the next change waits for company. */
const AT_ONCE = 2;
/** A batch without an answer for so long waits for a lock or a disk: nobody waits behind it. */
const HELD_UP_MS = 5;

type Query = QueryConfig & { readonly values: unknown[] };
type Answer<R> = { rows: R[] };

interface Waiting {
  readonly statement: BatchedStatement;
  readonly query: Query;
  readonly resolve: (answer: Answer<Row> | Promise<Answer<Row>>) => void;
  readonly reject: (error: unknown) => void;
}
interface Row {
  readonly id: string;
}

/**
 * Changes that come while others are being written are written together when those are done: one statement and one commit for all,
 * where PostgreSQL would spend most of its time on what surrounds each. Who comes to a quiet database waits for nobody (ADR 16).
 */
export class Batches {
  private waiting: Waiting[] = [];
  private underWay = 0;

  /** @param nameOf the name under which a statement is prepared */
  constructor(
    private readonly send: (query: QueryConfig) => Promise<Answer<Row>>,
    private readonly nameOf: (statement: Statement) => string | undefined,
  ) {}

  /** @returns the rows of this change, as if it had been sent by itself */
  query<R extends object>(statement: BatchedStatement, query: Query): Promise<Answer<R>> {
    const answer =
      this.underWay < AT_ONCE
        ? this.begin(query)
        : new Promise<Answer<Row>>((resolve, reject) => this.waiting.push({ statement, query, resolve, reject }));
    return answer as Promise<Answer<R & Row>>;
  }

  private async begin(query: QueryConfig): Promise<Answer<Row>> {
    this.underWay += 1;
    let isCounted = true;
    const done = () => {
      if (!isCounted) return;
      isCounted = false;
      this.underWay -= 1;
      this.next();
    };
    const timer = setTimeout(done, HELD_UP_MS);
    try {
      return await this.send(query);
    } finally {
      clearTimeout(timer);
      done();
    }
  }

  private next(): void {
    while (this.underWay < AT_ONCE && this.waiting.length > 0) {
      const batch = batchOf(this.waiting);
      this.waiting = this.waiting.filter((each) => !batch.includes(each));
      void this.write(batch);
    }
  }

  /** One that is refused takes the others of its batch with it: they are sent again, each by itself. */
  private async write(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    if (batch.length === 1) return first.resolve(this.begin(first.query));
    try {
      const { rows } = await this.begin(this.together(first, batch));
      for (const each of batch) each.resolve({ rows: rows.filter(({ id }) => id === idOf(each)) });
    } catch (error) {
      for (const each of batch) {
        if (isUndone(error)) each.resolve(this.begin(each.query));
        else each.reject(error);
      }
    }
  }

  /** In the order of the ids: two batches that change the same subjects lock them in the same order. */
  private together({ statement, query: { values } }: Waiting, batch: readonly Waiting[]): QueryConfig {
    const { tenantAt, idAt } = statement;
    const many = statement.ofMany(batch.length);
    const rows = batch.map(({ query }) => query.values).sort((a, b) => (String(a[idAt]) < String(b[idAt]) ? -1 : 1));
    return {
      name: this.nameOf(many),
      text: many.text,
      values: [...rows.flatMap((row) => row.toSpliced(tenantAt, 1)), values[tenantAt]],
    };
  }
}

/** The first that waits, and those behind it that the same statement can change: others of its tenant, each once. */
function batchOf(waiting: readonly Waiting[]): readonly Waiting[] {
  const batch = new Map<unknown, Waiting>();
  const [first] = waiting;
  for (const each of waiting) {
    const fits = each.statement === first?.statement && tenantOf(each) === tenantOf(first);
    if (fits && !batch.has(idOf(each))) batch.set(idOf(each), each);
    if (batch.size === MOST) break;
  }
  return [...batch.values()];
}

function tenantOf({ statement, query }: Waiting): unknown {
  return query.values[statement.tenantAt];
}

function idOf({ statement, query }: Waiting): unknown {
  return query.values[statement.idAt];
}
