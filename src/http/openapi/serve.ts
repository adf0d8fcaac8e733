import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.js';
import { DOCS_PATH } from '../docs-path.js';
import { PublicDocument } from '../public-document.js';
import { openApiDocument } from './document.js';
import { page, startScript } from './page.js';

/** What the page loads of Swagger UI, and as what. */
const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/**
 * Swagger UI comes with the package that writes the document, in the distribution of @fastify/swagger-ui: package.json overrides
 * swagger-ui-dist, whose dependency @scarf/scarf reports installations to a third party.
 */
const { resolve } = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));

/**
 * Swagger UI at /docs and its document at /docs-json. Everything comes from this server, so it works without a network; and
 * three named files need no server of files, which would have to look after paths. All is made before the server listens.
 */
export function serveOpenApi(app: NestFastifyApplication, { publicUrl, role }: Config): void {
  // Such an instance serves no documents.
  if (role === 'worker') return;
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  const base = `${publicUrl ? new URL(publicUrl).pathname.replace(/\/$/, '') : ''}/${DOCS_PATH}`;
  const documents = new Map<string, PublicDocument>([
    [`/${DOCS_PATH}`, new PublicDocument('text/html; charset=utf-8', page(base))],
    [`/${DOCS_PATH}/start.js`, new PublicDocument('text/javascript; charset=utf-8', startScript(base))],
  ]);
  const serve = (path: string) =>
    server.get(path, { config: { isPublicDocument: true } }, (request, reply) => {
      const document = documents.get(path);
      return document ? document.send(request, reply) : reply.callNotFound();
    });
  for (const path of [...documents.keys(), ...Object.keys(FILES).map((name) => `/${DOCS_PATH}/${name}`)]) serve(path);
  serve(`/${DOCS_PATH}-json`);
  server.addHook('onReady', async () => {
    // Without a public URL the page calls whatever address it was opened at.
    const document = openApiDocument(app, publicUrl ?? '/');
    documents.set(`/${DOCS_PATH}-json`, PublicDocument.json('application/json', document));
    for (const [name, type] of Object.entries(FILES)) {
      const bytes = await readFile(resolve(`swagger-ui-dist/static/${name}`));
      documents.set(`/${DOCS_PATH}/${name}`, new PublicDocument(type, bytes, 'public, max-age=3600'));
    }
  });
}
