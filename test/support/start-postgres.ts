import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

declare global {
  var testPostgres: ChildProcess | undefined;
}

/**
 * Starts the PostgreSQL of a test run, once however many projects ask. With MUSTER_TEST_DATABASE_URL set (a superuser's connection)
 * that server is used instead of an embedded one.
 */
export default async function startPostgres(): Promise<void> {
  if (globalThis.testPostgres !== undefined) return;
  // From the project's directory: `npm test` runs there.
  const server = spawn(
    process.execPath,
    ['--import', './test/support/run-typescript.js', 'test/support/postgres-for-tests.ts'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  globalThis.testPostgres = server;
  for await (const line of createInterface(server.stdout)) {
    process.env.MUSTER_TEST_POSTGRES = line;
    return;
  }
  throw new Error('The PostgreSQL for the tests did not start.');
}
