import type { Logger } from 'pino';
import { type Config, ConfigError, loadConfig } from './config/config.js';
import { environment } from './config/environment.js';
import { createLogger } from './http/logger.js';
import { startServer } from './server.js';
import { greeting, welcome } from './welcome.js';

const FAILED = 1;

function readConfig(): Config {
  try {
    return loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`Muster cannot start:\n${error.mistakes.map((mistake) => `  - ${mistake}\n`).join('')}`);
    process.exit(FAILED);
  }
}

function fail(logger: Logger, error: unknown): never {
  logger.fatal({ err: error }, 'stopped by an error');
  process.exit(FAILED);
}

const config = readConfig();
const logger = createLogger(config.logLevel);
process.on('uncaughtException', (error) => fail(logger, error));

const starting = startServer(config, logger);

let stopping = false;
/** The first signal lets requests finish; the second is from somebody who does not want to wait. */
function stop(signal: NodeJS.Signals): void {
  if (stopping) process.exit(FAILED);
  stopping = true;
  logger.info({ signal }, 'stopping');
  starting
    .then((server) => server.stop())
    .then(
      () => process.exit(0),
      (error) => fail(logger, error),
    );
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

try {
  const { url, demo } = await starting;
  process.stdout.write(demo ? welcome(url, demo) : greeting(url));
} catch (error) {
  process.stderr.write(`Muster cannot start: ${error instanceof Error && error.message ? error.message : error}\n`);
  fail(logger, error);
}
