import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogLevel } from '../config/config.js';

/** Names that must not show a value even if somebody logs an object that has them. */
const SECRET_NAMES = ['authorization', 'token', 'password', 'secret', 'body', 'headers'];

/** JSON lines on standard output, written without waiting; what is still in memory is written when the process ends. */
export function createLogger(level: LogLevel, stream?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]),
    },
    stream ?? standardOutput(),
  );
}

function standardOutput(): DestinationStream {
  const stream = destination({ dest: 1, sync: false });
  process.on('exit', () => {
    try {
      stream.flushSync();
    } catch (error) {
      // Not a single byte was logged before the exit, so the stream is not open and there is nothing to write.
      if (!(error instanceof Error && error.message.includes('not ready'))) throw error;
    }
  });
  return stream;
}
