import type { DatabaseLog } from '../database-log.js';
import { findPostmaster, launchPostmaster, type ServerSettings } from './postmaster.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerHome } from './server-home.js';

const WATCH_MS = 1000;

/**
 * Starts the server again whenever it has ended though nobody stopped it (want of memory is a usual reason), and tries on while that
 * fails (a full disk): meanwhile requests are answered with 503.
 *
 * @param settings as it was started, with the port that its clients know
 * @returns ends the watch, and resolves when no start is under way
 */
export function keepRunning(
  home: ServerHome,
  binaries: ServerBinaries,
  settings: ServerSettings,
  log: DatabaseLog,
): () => Promise<void> {
  let round: Promise<void> | undefined;
  const timer = setInterval(() => {
    round ??= startWhenGone(home, binaries, settings, log)
      .catch((error) => log.error({ err: error }, 'The embedded database server cannot be started again yet'))
      .finally(() => {
        round = undefined;
      });
  }, WATCH_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

async function startWhenGone(
  home: ServerHome,
  binaries: ServerBinaries,
  settings: ServerSettings,
  log: DatabaseLog,
): Promise<void> {
  if ((await findPostmaster(home)) !== undefined) return;
  log.warn({ directory: home.directory }, 'The embedded database server has ended unasked: it is started again');
  const { port, pid } = await launchPostmaster(home, binaries, settings, log);
  log.info({ port, pid }, 'The embedded database server runs again');
}
