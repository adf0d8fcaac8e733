import type { Readable } from 'node:stream';
import { errorCodes, type FastifyInstance, type FastifyReply } from 'fastify';
import type { LimitCounter } from '../config/limit-counter.js';
import type { BodyBudget, BodyOwner } from './body-budget.js';
import { type AnnouncedBody, BodyIntake, BodyTooLarge } from './body-intake.js';
import { bodyLimitOf } from './body-limits.js';
import type { MusterRequest } from './request.js';
import type { SlowBodies } from './slow-bodies.js';

/** Takes the bytes of one body as they come. What either method throws is the answer to the request. */
export interface BodySink {
  add(chunk: Buffer): void;
  /** The body as the route gets it. */
  end(): unknown;
}

type Done = (error: Error | null, body?: unknown) => void;

/** Lets bodies in while there is room for them, and reads them. */
export class BodyReader {
  constructor(
    private readonly budget: BodyBudget,
    private readonly slow: SlowBodies,
    private readonly limits: LimitCounter,
  ) {}

  /**
   * Gives every route a hook that reserves the bytes of a body before it is read, and one that gives them back with the answer. To be
   * called after the judgement of the routes is in place and before routes are registered.
   */
  reserveForRoutes(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => {
      if (route.method === 'GET' || route.method === 'HEAD') return;
      const limit = bodyLimitOf(route.url);
      const reserve = (request: MusterRequest, reply: FastifyReply, done: (error?: Error) => void) => {
        const announced = announcedBody(request);
        if (announced === undefined) return done();
        try {
          request.intake = new BodyIntake(this.budget, ownerOf(request), announced, { limit, charge: request.charge });
        } catch (error) {
          return done(this.noted(error as Error));
        }
        if (request.headers.expect !== undefined) reply.raw.writeContinue();
        done();
      };
      route.onRequest = [route.onRequest ?? [], reserve].flat();
      route.onSend = (request: MusterRequest, _reply, payload, done) => {
        request.intake?.release();
        done(null, payload);
      };
    });
  }

  /** Reads a body into a sink: to the end, to the first error, or until the client goes away. */
  read(request: MusterRequest, payload: Readable, sink: BodySink, done: Done): void {
    const { intake } = request;
    // A Content-Type without a body.
    if (intake === undefined) finish(sink, done);
    else if (payload.destroyed) done(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
    else this.receive(payload, intake, sink, done);
  }

  private receive(payload: Readable, intake: BodyIntake, sink: BodySink, done: Done): void {
    const stop = (error: Error) => {
      leave();
      payload.pause();
      done(this.noted(error));
    };
    const onData = (chunk: Buffer) => {
      try {
        intake.add(chunk.length);
        sink.add(chunk);
      } catch (error) {
        stop(error as Error);
      }
    };
    const onEnd = () => {
      leave();
      const { announced, received } = intake;
      const isWhole = 'chunked' in announced || announced.length === received;
      if (isWhole) finish(sink, done);
      else done(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
    };
    const onAbort = () => stop(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
    const unwatch = this.slow.watch(intake, stop);
    const leave = () => {
      unwatch();
      payload.off('data', onData).off('end', onEnd).off('error', onAbort);
    };
    payload.on('data', onData).on('end', onEnd).on('error', onAbort);
  }

  private noted(error: Error): Error {
    if (error instanceof BodyTooLarge) this.limits.add(error.limit);
    return error;
  }
}

function finish(sink: BodySink, done: Done): void {
  try {
    const body = sink.end();
    if (body instanceof Promise) body.then((value) => done(null, value), done);
    else done(null, body);
  } catch (error) {
    done(error as Error);
  }
}

/** Undefined where there is none. Node has refused a request that announces both. */
function announcedBody({ headers }: MusterRequest): AnnouncedBody | undefined {
  if (headers['transfer-encoding'] !== undefined) return { chunked: true };
  const length = Number(headers['content-length'] ?? 0);
  return length > 0 ? { length } : undefined;
}

/** A caller without a tenant, such as the operator, counts by its address. */
function ownerOf({ caller, ip }: MusterRequest): BodyOwner {
  return caller ? { tenant: caller.tenantId } : { address: ip };
}
