import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../config/clock.js';
import type { Config } from '../config/config.js';
import { CLOCK, CONFIG } from '../config/config.module.js';
import type { MusterRequest } from '../http/request.js';
import { LogWriter } from './log-writer.js';
import { isScimRequest, ownerOf, recordedRequest } from './recorded-request.js';

/** Sees every SCIM request of a connection when it has been answered: the client waits for nothing of this. */
@Injectable()
export class RequestObserver implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly writer: LogWriter,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    if (!this.config.provisioningLog) return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      this.observe(request, reply);
      done();
    });
  }

  private observe(request: MusterRequest, reply: FastifyReply): void {
    if (!isScimRequest(request)) return;
    const owner = ownerOf(request);
    if (owner === undefined) return;
    const at = this.clock.now().getTime();
    const refusal = refusalOf(request, reply);
    if (refusal !== undefined && this.writer.repeat(owner, refusal, at)) return;
    const clientAddress = this.config.provisioningLogAddresses ? request.ip : null;
    this.writer.add(recordedRequest(request, reply, { ...owner, clientAddress }, at), refusal);
  }
}

const TOO_MANY_REQUESTS = 429;

/** What refused requests of a connection are folded by; undefined for a request that was carried out, or failed at that. */
function refusalOf({ caller, refusedCaller }: MusterRequest, { statusCode }: FastifyReply): string | undefined {
  if (caller) return statusCode === TOO_MANY_REQUESTS ? 'rate_limit' : undefined;
  return refusedCaller?.reason;
}
