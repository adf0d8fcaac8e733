import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { audit } from './audit.js';
import { openAsSuperuser } from './database.js';
import { Journal } from './journal.js';
import { everybody, Load } from './load.js';
import { killPostgres, MusterProcess, makeDataDirectory, postgresOf, removeDataDirectory } from './muster-process.js';
import { randomFrom } from './random.js';
import { type Answer, asking, send, type Target } from './send.js';

let directory: string;
let muster: MusterProcess;
let target: Target;

beforeEach(async () => {
  directory = await makeDataDirectory();
  muster = await MusterProcess.start(directory);
  target = { url: muster.url, token: await muster.token() };
});

afterEach(async () => {
  await muster.endedBy('SIGKILL');
  await removeDataDirectory(directory);
});

describe('Muster, when its PostgreSQL is killed', () => {
  it('says so, starts it again and has lost nothing', async () => {
    const journal = new Journal();
    const load = new Load(asking(target), journal, 8, randomFrom(1));
    for (const kills of [1, 2]) {
      await sleep(300);
      await killPostgres(directory);
      await answerOnce((status) => status === 503);
      await muster.logged('The embedded database server runs again', kills);
      await answerOnce((status) => status === 200);
    }
    await load.stop();
    expect(load.statuses.get(503)).toBeGreaterThan(0);
    expect([...load.statuses.keys()].filter((status) => ![200, 201, 204, 409, 503].includes(status))).toEqual([]);
    expect(journal.settle(await everybody(target))).toEqual([]);
    const database = await openAsSuperuser(directory);
    expect([...(await audit(database)).keys()]).toEqual([]);
    await database.end();
  });

  it('starts also the one again that it found running', async () => {
    await muster.endedBy('SIGKILL');
    muster = await MusterProcess.start(directory);
    target = { ...target, url: muster.url };
    expect(muster.adopted).toBe(true);
    await killPostgres(directory);
    await muster.logged('The embedded database server runs again');
    await answerOnce((status) => status === 200);
  });

  it('answers that the service is unavailable, in the form of the protocol', async () => {
    await killPostgres(directory);
    const answer = await answerOnce((status) => status !== 200);
    expect(answer).toMatchObject({
      status: 503,
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503' },
    });
  });

  it('still stops when it is told to, and leaves no PostgreSQL', async () => {
    await killPostgres(directory);
    expect(await muster.endedBy('SIGTERM')).toBe(0);
    expect(await postgresOf(directory)).toBeUndefined();
  });
});

/** Asks for the list until it is answered so. PostgreSQL's workers may live a moment longer than their server. */
async function answerOnce(wanted: (status: number) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await send(target, 'GET', '/Users?count=1');
    if (wanted(answer.status)) return answer;
    if (answer.status === 0) throw new Error(`The service does not answer.\n${JSON.stringify(muster.log.at(-1))}`);
    await sleep(10);
  }
}
