import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { routeModules } from './app.module.js';
import { CLOCK, CONFIG } from './config/config.module.js';
import { LimitCounter } from './config/limit-counter.js';
import { CursorSigner } from './http/cursor-signer.js';
import { ANSWER_STORE } from './http/idempotency.interceptor.js';
import { openApiDocument } from './http/openapi/document.js';
import { Settling } from './persistence/settling.js';
import { UnitOfWork } from './persistence/unit-of-work.js';

const FOUNDATION = [CONFIG, CLOCK, LimitCounter, ANSWER_STORE, CursorSigner, Settling, UnitOfWork];

/** Names for what the routes ask for. A preview looks names up and makes nothing, so nothing need stand behind them. */
@Global()
@Module({ providers: FOUNDATION.map((provide) => ({ provide, useValue: null })), exports: FOUNDATION })
class NamesOnlyModule {}

@Module({ imports: [NamesOnlyModule, ...routeModules(() => Promise.resolve())] })
class RoutesModule {}

/**
 * The OpenAPI document of all routes, without a server, a database or a configuration.
 * @param url see openApiDocument
 */
export async function describeApi(url: string): Promise<OpenAPIObject> {
  const app = await NestFactory.create(RoutesModule, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  try {
    return openApiDocument(app, url);
  } finally {
    await app.close();
  }
}
