import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Journal } from './journal.js';
import { everybody, Load } from './load.js';
import { MusterProcess, makeDataDirectory, NPM_START, postgresOf, removeDataDirectory } from './muster-process.js';
import { randomFrom } from './random.js';
import { asking, type Target } from './send.js';

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

describe('Muster, told to stop', () => {
  it('answers every request it has let in, then ends well, and PostgreSQL with it', async () => {
    const halfSent = await Promise.all(['ada', 'grace', 'barbara'].map((name) => beginCreating(name)));
    muster.signal('SIGTERM');
    await muster.logged('stopping');
    const statuses = await Promise.all(halfSent.map((one) => one.finish()));

    expect(statuses).toEqual([201, 201, 201]);
    expect(await muster.exited()).toBe(0);
    expect(muster.complaints).toBe('');
    expect(await postgresOf(directory)).toBeUndefined();
  });

  it('has done nothing of what it did not answer', async () => {
    const journal = new Journal();
    const load = new Load(asking(target), journal, 8, randomFrom(1));
    await sleep(500);
    const exit = muster.endedBy('SIGTERM');
    while (!load.statuses.has(0)) await sleep(5);
    await load.stop();
    expect(await exit).toBe(0);
    expect([...load.statuses.keys()].filter((status) => status >= 500)).toEqual([]);

    for (const person of journal.people) person.unanswered = undefined;
    muster = await MusterProcess.start(directory);
    expect(muster.adopted).toBe(false);
    expect(journal.settle(await everybody({ ...target, url: muster.url }))).toEqual([]);
  });

  it('does not wait for a second signal of somebody in a hurry', async () => {
    const halfSent = await beginCreating('ada');
    muster.signal('SIGTERM');
    await muster.logged('stopping');
    expect(await muster.endedBy('SIGTERM')).toBe(1);
    expect(await halfSent.finish()).toBe(0);
  });

  it('stops also when it is npm that was told', async () => {
    expect(await muster.endedBy('SIGTERM')).toBe(0);
    muster = await MusterProcess.start(directory, NPM_START);
    await muster.endedBy('SIGTERM');
    expect(muster.log.map(({ msg }) => msg)).toContain('stopping');
    expect(await postgresOf(directory)).toBeUndefined();
  });

  it('refuses to be a second one on the same data, and says who is the first', async () => {
    const second = await MusterProcess.start(directory);
    expect(await second.exited()).toBe(1);
    expect(second.complaints).toBe(
      `Muster cannot start: The data directory ${directory} is in use by the Muster server with process id ${muster.pid}. ` +
        'Stop that process, or give this one a MUSTER_DATA_DIR of its own.\n',
    );
    expect(await everybody(target)).toEqual([]);
  });
});

/** Resolves when the server has read the head of a request and asked for the rest of it. */
async function beginCreating(name: string): Promise<{ finish(): Promise<number> }> {
  const body = JSON.stringify({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${name}@example.com`,
  });
  const asked = request(`${target.url}/Users`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${target.token}`,
      'content-type': 'application/scim+json',
      'content-length': body.length,
      expect: '100-continue',
    },
  });
  const answered = statusOf(asked);
  await once(asked, 'continue');
  return {
    finish: () => {
      asked.end(body);
      return answered;
    },
  };
}

/** 0 when the connection ends without an answer. */
async function statusOf(asked: ClientRequest): Promise<number> {
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  } catch {
    return 0;
  }
}
