import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.js';
import { DOCS_PATH } from '../docs-path.js';
import type { PublicLimit } from '../public-limit.js';
import { openApiDocument } from './document.js';
import { page, startScript } from './page.js';

/** What the page loads of Swagger UI, and as what. */
const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Swagger UI comes with the package that writes the document. */
const { resolve } = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));

/**
 * Swagger UI at /docs and its document at /docs-json. Everything comes from this server, so it works without a network; and
 * three named files need no server of files, which would have to look after paths.
 */
export function serveOpenApi(
  app: NestFastifyApplication,
  { publicUrl }: Config,
  { onRequest }: PublicLimit,
): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  const base = `${publicUrl ? new URL(publicUrl).pathname.replace(/\/$/, '') : ''}/${DOCS_PATH}`;
  let document: OpenAPIObject | undefined;
  server.get(`/${DOCS_PATH}-json`, { onRequest }, async () => {
    // Without a public URL the page calls whatever address it was opened at.
    document ??= openApiDocument(app, publicUrl ?? '/');
    return document;
  });
  const text = (path: string, type: string, body: string) =>
    server.get(`/${DOCS_PATH}${path}`, { onRequest }, (_, reply) => reply.type(type).send(body));
  text('', 'text/html; charset=utf-8', page(base));
  text('/start.js', 'text/javascript; charset=utf-8', startScript(base));
  for (const [name, type] of Object.entries(FILES)) {
    server.get(`/${DOCS_PATH}/${name}`, { onRequest }, async (_, reply) => {
      reply.type(type).header('cache-control', 'public, max-age=3600');
      return readFile(resolve(`swagger-ui-dist/${name}`));
    });
  }
}
