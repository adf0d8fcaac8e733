import { Injectable } from '@nestjs/common';
import { LIMITS } from '../config/limits.js';
import type { SealedEvent } from '../domain/sealed-event.js';
import { readCursor, writeCursor } from '../events/event-cursor.js';
import { Problem } from '../http/problem.js';
import { FeedRepository, type LogBounds } from '../persistence/feed.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { FEED_LIMITS } from './feed-limits.js';
import { SealWatcher } from './seal-watcher.js';

/** What a reader wants of each page. */
export interface FeedWish {
  /** Absent: every type. */
  readonly types?: readonly string[] | undefined;
  readonly limit: number;
}

export interface FeedPage {
  readonly events: readonly SealedEvent[];
  /** The place behind all that was looked at, also behind what the filter passed over. */
  readonly next: number;
  /** Whether there is more to look at now. */
  readonly hasMore: boolean;
}

/** `after` that begins with what comes next. */
const LATEST = 'latest';

/** The log of a tenant, read in order from any place. Places are sequence numbers here; clients see cursors. */
@Injectable()
export class FeedService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly watcher: SealWatcher,
  ) {}

  /**
   * @param after a cursor, `latest`, or undefined for the beginning of what is there
   * @returns the place to read behind
   * @throws Problem 400 or 410
   */
  async placeOf(tenantId: string, after: string | undefined): Promise<number> {
    const place = after === undefined || after === LATEST ? undefined : readCursor(after, tenantId);
    const bounds = await this.log(tenantId).bounds();
    if (place !== undefined) return readable(tenantId, place, bounds);
    return after === LATEST ? bounds.newest : bounds.oldest;
  }

  /**
   * The next events; costs no more for a filter that fits little.
   * @throws Problem 410 when the place is no longer in the log
   */
  async read(tenantId: string, place: number, { types, limit }: FeedWish): Promise<FeedPage> {
    const log = this.log(tenantId);
    const bounds = await log.bounds();
    const after = readable(tenantId, place, bounds);
    if (after === bounds.newest) return { events: [], next: after, hasMore: false };
    const until = types ? Math.min(bounds.newest, after + FEED_LIMITS.scanned) : bounds.newest;
    const { events, isCut } = await log.page({ after, until, types, limit, bytes: LIMITS.eventPageBytes.value });
    const next = isCut ? (events.at(-1)?.seq ?? until) : until;
    return { events, next, hasMore: next < bounds.newest };
  }

  /** Like `read`, but an answer without events waits for the next one, for so many seconds at most. */
  async poll(tenantId: string, place: number, wish: FeedWish, wait: number, gone: AbortSignal): Promise<FeedPage> {
    const deadline = performance.now() + wait * 1000;
    let page = await this.read(tenantId, place, wish);
    while (page.events.length === 0 && !page.hasMore && !this.watcher.isStopped && !gone.aborted) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      await this.watcher.beyond(tenantId, page.next, left, gone);
      page = await this.read(tenantId, page.next, wish);
    }
    return page;
  }

  private log(tenantId: string): FeedRepository {
    return new FeedRepository(this.work.forTenant(tenantId));
  }
}

/** @throws Problem 410: retention dropped what came next, or the database was restored to a time before the cursor */
function readable(tenantId: string, place: number, { oldest, newest }: LogBounds): number {
  if (place >= oldest && place <= newest) return place;
  const detail =
    place < oldest
      ? 'The events behind this cursor are no longer kept.'
      : 'This cursor is ahead of the log, which was restored to an earlier time.';
  const cursor = writeCursor(tenantId, oldest);
  throw new Problem(410, `${detail} The oldest cursor to read from is ${cursor}.`, undefined, { oldest: cursor });
}
