import { once } from 'node:events';

/** Ends the PostgreSQL that start-postgres started. */
export default async function stopPostgres(): Promise<void> {
  const server = globalThis.testPostgres;
  if (server === undefined) return;
  globalThis.testPostgres = undefined;
  const ended = once(server, 'exit');
  server.stdin?.end();
  await ended;
}
