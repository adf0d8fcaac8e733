import { startEmbeddedPostgres } from '../../src/persistence/embedded/embedded-postgres.js';

// A program: embedded-program.ts <data directory> <server | command>. Prints what came of starting, as one line of JSON, and stops the
// database when its input ends.

const [dataDir = '', purpose = 'server'] = process.argv.slice(2);
const notes: string[] = [];
const note = (_: object, message: string) => void notes.push(message);

try {
  const server = await startEmbeddedPostgres({
    dataDir,
    purpose: purpose === 'command' ? 'command' : 'server',
    log: { info: note, warn: note, error: note },
  });
  process.stdout.write(`${JSON.stringify({ ...server, notes })}\n`);
  process.stdin.resume().once('close', server.stop);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: String(error), notes })}\n`);
}
