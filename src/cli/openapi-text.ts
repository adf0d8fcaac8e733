import { appModule } from '../app.module.js';
import { type Environment, loadConfig } from '../config/config.js';
import { createApp } from '../configure-app.js';
import { CursorSigner } from '../http/cursor-signer.js';
import { createLogger } from '../http/logger.js';
import { openApiDocument } from '../http/openapi/document.js';
import { Settling } from '../persistence/settling.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';

/** Routes are described without a request, so nothing asks the database, and there is none. */
export async function openApiText(env: Environment): Promise<string> {
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
