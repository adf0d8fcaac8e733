import type { SealedEvent } from '../domain/sealed-event.js';
import { cloudEvent } from '../events/cloud-event.js';
import { writeCursor } from '../events/event-cursor.js';
import type { FeedService } from './feed.service.js';
import { FEED_LIMITS } from './feed-limits.js';
import type { SealWatcher } from './seal-watcher.js';

/** After a connection that broke, browsers wait so long. */
const RETRY_MS = 1000;
export interface StreamOrder {
  readonly tenantId: string;
  /** Behind which the stream begins. */
  readonly place: number;
  readonly types?: readonly string[] | undefined;
  /** The longest silence. */
  readonly heartbeatMs: number;
  /** Nobody wants or may have more. */
  readonly ended: AbortSignal;
}

/**
 * Server-sent events, made as somebody takes them: a page is read when the one before is gone, so a slow reader holds one page.
 * An `id` alone moves a reader on without an event: so it need not pass what its filter leaves out a second time.
 */
export async function* eventStream(
  feed: FeedService,
  watcher: SealWatcher,
  order: StreamOrder,
): AsyncGenerator<string> {
  const { tenantId, types, heartbeatMs, ended } = order;
  const wish = { types, limit: FEED_LIMITS.page.usual };
  let { place } = order;
  let lastWord = performance.now();
  yield `retry: ${RETRY_MS}\n\n`;
  while (!ended.aborted && !watcher.isStopped) {
    const { events, next, hasMore } = await feed.read(tenantId, place, wish);
    for (const event of events) {
      if (ended.aborted) return;
      yield eventBlock(event);
      lastWord = performance.now();
    }
    place = next;
    const silence = performance.now() - lastWord;
    if (silence >= heartbeatMs) {
      yield `: still here\nid: ${writeCursor(tenantId, place)}\n\n`;
      lastWord = performance.now();
    } else if (!hasMore) {
      await watcher.beyond(tenantId, place, heartbeatMs - silence, ended);
    }
  }
}

/** JSON has no line break that would end the line. */
function eventBlock(event: SealedEvent): string {
  return `id: ${writeCursor(event.tenantId, event.seq)}\ndata: ${JSON.stringify(cloudEvent(event))}\n\n`;
}
