import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogLevel } from '../config/config.js';
import { withoutSecrets } from './without-secrets.js';

/** JSON lines on standard output, written without waiting; what is still in memory is written when the process ends. */
export function createLogger(level: LogLevel, stream: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      serializers: { err: describeError },
    },
    stream,
  );
}

/** Only what is named here: errors of the database carry the values of the failed statement. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}

/** Bytes of lines that are written at once: a system call for each would cost a request more than all its logging. */
const LINES_TOGETHER = 8192;
/** A line is written after so long at the latest. */
const LATEST_MS = 250;

function standardOutput(): DestinationStream {
  const stream = destination({ dest: 1, sync: false, minLength: LINES_TOGETHER, periodicFlush: LATEST_MS });
  let opened = false;
  stream.once('ready', () => {
    opened = true;
  });
  process.on('exit', () => {
    if (opened) stream.flushSync();
  });
  return stream;
}
