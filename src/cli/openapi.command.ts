import type { Command } from 'commander';
import { appModule } from '../app.module.js';
import { loadConfig } from '../config/config.js';
import { createApp } from '../configure-app.js';
import { CursorSigner } from '../http/cursor-signer.js';
import { createLogger } from '../http/logger.js';
import { openApiDocument } from '../http/openapi/document.js';
import { Settling } from '../persistence/settling.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import type { Terminal } from './terminal.js';

export function addOpenApiCommand(program: Command, terminal: Terminal): void {
  program
    .command('openapi')
    .description('print the OpenAPI document of the HTTP interface')
    .action(async () => terminal.out(`${await document(terminal)}\n`));
}

/** Routes are described without a request, so nothing asks the database, and there is none. */
async function document({ env }: Terminal): Promise<string> {
  const config = loadConfig(env);
  const work: UnitOfWork = Object.create(UnitOfWork.prototype);
  const settling = new Settling(
    work,
    () => 0,
    () => undefined,
  );
  const foundation = {
    config,
    work,
    settling,
    cursors: new CursorSigner(Buffer.alloc(0)),
    databaseAnswers: async () => undefined,
  };
  const app = await createApp(appModule(foundation), config, createLogger('silent'));
  return JSON.stringify(openApiDocument(app), null, 2);
}
