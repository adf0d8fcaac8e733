import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAsSuperuser } from './database.js';
import { Journal } from './journal.js';
import { Load } from './load.js';
import { MusterProcess, makeDataDirectory, removeDataDirectory } from './muster-process.js';
import { randomFrom } from './random.js';
import { asking } from './send.js';

let directory: string;
let muster: MusterProcess;

beforeEach(async () => {
  directory = await makeDataDirectory();
  muster = await MusterProcess.start(directory);
});

afterEach(async () => {
  await muster.endedBy('SIGKILL');
  await removeDataDirectory(directory);
});

/** How often each status is in the log. */
async function recorded(): Promise<Record<string, number>> {
  const client = await openAsSuperuser(directory);
  try {
    const { rows } = await client.query(
      'select status, count(*)::int as requests from provisioning_requests where status is not null group by status',
    );
    return Object.fromEntries(rows.map(({ status, requests }) => [status, requests]));
  } finally {
    await client.end();
  }
}

/** Requests until the server ends, or is told to. @returns how often each status was answered */
async function loadUntil(end: (load: Load) => Promise<unknown>): Promise<Record<string, number>> {
  const target = { url: muster.url, token: await muster.token() };
  const load = new Load(asking(target), new Journal(), 8, randomFrom(7));
  await sleep(1500);
  await end(load);
  await load.stop();
  const answered = [...load.statuses].filter(([status]) => status > 0);
  return Object.fromEntries(answered.map(([status, count]) => [String(status), count]));
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, each) => all + each, 0);

describe('The provisioning log', () => {
  it('has every request that was answered, also when Muster is told to stop in the middle of them', async () => {
    const answered = await loadUntil(async (load) => {
      const exit = muster.endedBy('SIGTERM');
      while (!load.statuses.has(0)) await sleep(5);
      expect(await exit).toBe(0);
    });
    muster = await MusterProcess.start(directory);
    expect(sum(answered)).toBeGreaterThan(100);
    expect(await recorded()).toEqual(answered);
  });

  it('has fewer when Muster is killed, and none that was not asked, as a control', async () => {
    const answered = await loadUntil(async (load) => {
      // The log is written once a second: what is answered after that is lost with the process.
      const before = sum(await recorded());
      while (sum(await recorded()) === before) await sleep(20);
      await sleep(300);
      await muster.endedBy('SIGKILL');
      while (!load.statuses.has(0)) await sleep(5);
    });
    muster = await MusterProcess.start(directory);
    const kept = sum(await recorded());
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(sum(answered));
  });
});
