import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** @throws TooManyRequests */
type Limit = (request: FastifyRequest, reply: FastifyReply) => void;

/** Stands before the routes that no guard stands before; lets everything pass until the module of the guard sets a limit. */
@Injectable()
export class PublicLimit {
  private limit: Limit = () => undefined;

  set(limit: Limit): void {
    this.limit = limit;
  }

  /** A hook of Fastify. */
  readonly onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    this.limit(request, reply);
  };
}
