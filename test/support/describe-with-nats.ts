import { describe } from '@jest/globals';
import { natsIsInstalled } from './nats-server.js';

const isRequired = process.env.NATS_SERVER_REQUIRED === '1';
if (!natsIsInstalled) {
  process.stderr.write(
    `nats-server is not installed: tests of the broker ${isRequired ? 'fail, as NATS_SERVER_REQUIRED=1 asks' : 'are skipped'}.\n`,
  );
}

/** Tests that need a NATS server: skipped where none is installed, unless NATS_SERVER_REQUIRED=1. */
export const describeWithNats = natsIsInstalled || isRequired ? describe : describe.skip;
