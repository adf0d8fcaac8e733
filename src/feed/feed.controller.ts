import { Readable } from 'node:stream';
import { Get, Headers, Query, Req, Res, StreamableFile, UnauthorizedException } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { TokenRecheck } from '../auth/token-recheck.js';
import { eventExample } from '../events/catalogue/event-schema.js';
import { cloudEvent } from '../events/cloud-event.js';
import { writeCursor } from '../events/event-cursor.js';
import { ApiErrors, Call, type ManagementCall, ManagementController } from '../http/management.js';
import { Problem } from '../http/problem.js';
import type { MusterRequest } from '../http/request.js';
import { RequiresScope } from '../http/route.js';
import { EventPage, FeedQuery, StreamQuery } from './dto/feed.dto.js';
import { eventStream } from './event-stream.js';
import { FeedService } from './feed.service.js';
import { FEED_LIMITS } from './feed-limits.js';
import { OpenRequests } from './open-requests.js';
import { SealWatcher } from './seal-watcher.js';
import { wantedTypes } from './wanted-types.js';

const SCOPE = 'events:read';
const RETRY_AFTER_SECONDS = '5';
/** From the end of a token to the end of what it opened. */
const RECHECK_MS = 2000;
/** Proxies close what is silent for longer, half a minute at the least. */
const HEARTBEAT_MS = 15_000;

const NEXT = writeCursor('01a20352-4401-7a19-8d2c-5f0c3f6f8b21', 42);
const EXAMPLE = eventExample('member.deactivated');
const EXAMPLE_PAGE = { items: [EXAMPLE], next: NEXT, hasMore: false };
const EXAMPLE_STREAM = `retry: 1000\n\nid: ${NEXT}\ndata: ${JSON.stringify(EXAMPLE)}\n\n`;
const TOO_MANY = `The tenant has ${FEED_LIMITS.waiting} requests waiting or ${FEED_LIMITS.streams} streams open, or there were too many wrong access tokens from this address; \`Retry-After\` tells how many seconds to wait.`;

/** `/api/v1/events`: the log of a tenant for other services. */
@ApiTags('Events')
@ApiExtraModels(EventPage)
@ManagementController('events')
export class FeedController {
  private readonly waiting = new OpenRequests(FEED_LIMITS.waiting);
  private readonly streams = new OpenRequests(FEED_LIMITS.streams);

  constructor(
    private readonly feed: FeedService,
    private readonly watcher: SealWatcher,
    private readonly tokens: TokenRecheck,
  ) {}

  @Get()
  @RequiresScope(SCOPE)
  @ApiOperation({
    summary: 'Read events in order',
    description:
      'Complete, in the order of the tenant, from any place. Read on behind `next`: at once while `hasMore` is true, else with `wait`. A filtered page may have no events and still have more.',
  })
  @ApiOkResponse({
    description: 'One page.',
    content: { 'application/json': { schema: { $ref: getSchemaPath(EventPage) }, example: EXAMPLE_PAGE } },
  })
  @ApiErrors(400, 410, 422)
  @ApiResponse({ status: 429, description: TOO_MANY })
  async read(
    @Call() { caller: { tenantId } }: ManagementCall,
    @Query() { after, types, limit, wait }: FeedQuery,
    @Req() request: MusterRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPage> {
    const wish = { types: wantedTypes(types), limit };
    const place = await this.feed.placeOf(tenantId, after);
    const leave = wait > 0 ? this.enter(this.waiting, FEED_LIMITS.waiting, tenantId, reply) : undefined;
    try {
      const { events, next, hasMore } = await this.feed.poll(tenantId, place, wish, wait, goneFrom(reply));
      if (wait > 0 && !(await this.tokens.isGood(request, SCOPE))) {
        throw new UnauthorizedException('The access token is not valid any more.');
      }
      if (this.watcher.isStopped) closeAfter(reply);
      return { items: events.map(cloudEvent), next: writeCursor(tenantId, next), hasMore };
    } finally {
      leave?.();
    }
  }

  @Get('stream')
  @RequiresScope(SCOPE)
  @ApiOperation({
    summary: 'Follow events as they are sealed',
    description: 'Server-sent events: each `id` is a cursor, each `data` one event, as the pages have it.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last `id` that was seen; goes before `after`.',
  })
  @ApiOkResponse({
    description: 'The stream, until somebody ends it.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: EXAMPLE_STREAM } },
  })
  @ApiErrors(400, 410, 422)
  @ApiResponse({ status: 429, description: TOO_MANY })
  async stream(
    @Call() { caller: { tenantId } }: ManagementCall,
    @Query() { after, types: wanted }: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: MusterRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const types = wantedTypes(wanted);
    const place = await this.feed.placeOf(tenantId, lastEventId || after);
    const leave = this.enter(this.streams, FEED_LIMITS.streams, tenantId, reply);
    const ended = new AbortController();
    const order = { tenantId, place, types, heartbeatMs: HEARTBEAT_MS, ended: ended.signal };
    const body = Readable.from(eventStream(this.feed, this.watcher, order), { objectMode: false });
    const rechecks = setInterval(async () => {
      // Whoever takes nothing does not come to the end of the stream by themselves.
      if (ended.signal.aborted || this.watcher.isStopped) body.destroy();
      else if (!(await this.tokens.isGood(request, SCOPE).catch(() => false))) ended.abort();
    }, RECHECK_MS);
    body.once('close', () => {
      clearInterval(rechecks);
      leave();
    });
    reply.raw.once('close', () => {
      ended.abort();
      body.destroy();
    });
    // Proxies that collect an answer before they pass it on would turn news into history.
    reply.header('x-accel-buffering', 'no');
    closeAfter(reply);
    return new StreamableFile(body, { type: 'text/event-stream; charset=utf-8' });
  }

  private enter(open: OpenRequests, most: number, tenantId: string, reply: FastifyReply): () => void {
    const leave = open.enter(tenantId);
    if (leave) return leave;
    reply.header('retry-after', RETRY_AFTER_SECONDS);
    const kind = open === this.streams ? 'event streams open' : 'requests waiting for events';
    throw new Problem(429, `The tenant has ${most} ${kind}, which is the most it may have.`);
  }
}

/** A connection that is kept alive when the server stops already holds the stop up until it times out. */
function closeAfter(reply: FastifyReply): void {
  reply.header('connection', 'close');
}

function goneFrom(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
