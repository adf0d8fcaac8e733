import { setTimeout as sleep } from 'node:timers/promises';
import { EventStream } from '../http/feed/sse.js';
import type { DatabaseUnderFaults } from './database-under-faults.js';

const AGAIN_MS = 100;
const NAIVE_MS = 10;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Where a service listens now; undefined when none does. */
export type Origin = () => string | undefined;

/** Somebody who reads all events of a tenant for as long as the run lasts. */
export interface Reader {
  /** Ids of events in the order they came. */
  readonly ids: string[];
  stop(): Promise<void>;
}

/** Goes on until it is stopped; whatever goes wrong is tried again. */
abstract class Endless implements Reader {
  readonly ids: string[] = [];
  protected readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  begin(): this {
    this.running = this.run();
    return this;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  protected abstract round(): Promise<void>;

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) await this.round().catch(() => sleep(AGAIN_MS));
  }
}

/** Follows the stream; when it breaks off, from the last id it has seen. */
export class StreamReader extends Endless {
  private last: string | undefined;

  constructor(
    private readonly origin: Origin,
    private readonly token: string,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const origin = this.origin();
    if (origin === undefined) throw new Error('Nobody listens.');
    const headers: Record<string, string> = this.last === undefined ? {} : { 'last-event-id': this.last };
    const stream = await EventStream.open(`${origin}/api/v1/events/stream`, this.token, headers);
    const leave = () => stream.leave();
    this.stopping.signal.addEventListener('abort', leave);
    let taken = 0;
    const take = () => {
      for (const { id, data } of stream.blocks.slice(taken)) {
        this.last = id;
        this.ids.push((JSON.parse(data) as { readonly id: string }).id);
      }
      taken = stream.blocks.length;
    };
    const timer = setInterval(take, 20);
    await stream.ended.catch(() => undefined);
    clearInterval(timer);
    this.stopping.signal.removeEventListener('abort', leave);
    take();
    await sleep(AGAIN_MS);
  }
}

/** Reads page by page behind the cursor it was given last. */
export class PageReader extends Endless {
  private cursor: string | undefined;

  constructor(
    private readonly origin: Origin,
    private readonly token: string,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const origin = this.origin();
    if (origin === undefined) throw new Error('Nobody listens.');
    const after = this.cursor === undefined ? '' : `&after=${this.cursor}`;
    const answer = await fetch(`${origin}/api/v1/events?wait=1&limit=200${after}`, {
      headers: { authorization: `Bearer ${this.token}` },
      signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(10_000)]),
    });
    if (answer.status !== 200) throw new Error(await answer.text());
    const { items, next } = (await answer.json()) as { items: { id: string }[]; next: string };
    this.ids.push(...items.map(({ id }) => id));
    this.cursor = next;
  }
}

/** Asks the table of events for what is above the last id it knows: the way that loses events. */
export class NaiveReader extends Endless {
  constructor(
    private readonly database: DatabaseUnderFaults,
    private readonly tenantId: string,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const { rows } = await this.database.superuser.query<{ id: string }>(
      'select id from events where tenant_id = $1 and id > $2 order by id',
      [this.tenantId, this.ids.at(-1) ?? NO_ID],
    );
    this.ids.push(...rows.map(({ id }) => id));
    await sleep(NAIVE_MS);
  }
}
