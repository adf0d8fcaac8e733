import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { Config } from '../../config/config.js';
import { DOCS_PATH } from '../docs-path.js';
import { openApiDocument } from './document.js';

/** Swagger UI at /docs and its document at /docs-json; everything it needs comes from this server. */
export function serveOpenApi(app: NestFastifyApplication, { publicUrl }: Config): void {
  // Without a public URL the page calls whatever address it was opened at.
  const document = () => openApiDocument(app, publicUrl ?? '/');
  SwaggerModule.setup(DOCS_PATH, app, document, {
    jsonDocumentUrl: `${DOCS_PATH}-json`,
    raw: ['json'],
    customSiteTitle: 'Muster',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
