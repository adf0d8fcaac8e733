// npm run faults -- --kills 200 --seed 7: see docs/reliability.md.
import { parseArgs } from 'node:util';
import { natsIsInstalled } from '../support/nats-server.js';
import build from './build.js';
import { FaultRun } from './fault-run.js';
import { printReport } from './report.js';

const MOST_KILLS = 1000;

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } } });
const kills = wholeNumber('kills', values.kills, MOST_KILLS);
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000), 2 ** 31);

build();
process.stdout.write(
  `${kills} kills, seed ${seed}${natsIsInstalled ? '' : ', without nats-server, which is not installed'}\n`,
);
const result = await FaultRun.of({ kills, seed, nats: natsIsInstalled });
process.exit(printReport(result) ? 0 : 1);

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) fail(`--${name} is a whole number from 1 to ${most}.`);
  return value;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
