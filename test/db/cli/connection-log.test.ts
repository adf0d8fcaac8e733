import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { run } from '../../../src/cli/run.js';
import type { RecordedRequest } from '../../../src/domain/recorded-request.js';
import { openDataSource } from '../../../src/persistence/data-source.js';
import { ProvisioningWrites } from '../../../src/persistence/provisioning-writes.js';
import { recordedRow } from '../../../src/persistence/recorded-row.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.superuserUrl,
    MUSTER_APP_DATABASE_URL: database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: database.systemUrl,
  };
  await muster('tenant create acme');
  await muster('connection create --tenant acme --idp okta');
  const tenants = JSON.parse((await muster('tenant list --json')).out);
  const connections = JSON.parse((await muster('connection list --tenant acme --json')).out);
  await record(tenants[0].id, connections[0].id);
});
afterAll(() => database.drop());

async function muster(line: string) {
  const said = { out: '', err: '' };
  const code = await run(line.split(' '), {
    env,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

/** A success, and a failure of somebody whose name would move the cursor of a terminal. */
async function record(tenantId: string, connectionId: string): Promise<void> {
  const at = Date.parse('2026-11-22T12:48:24.000Z');
  const success: RecordedRequest = {
    id: uuid({ msecs: at }),
    tenantId,
    connectionId,
    at,
    action: 'look-up-user',
    targetType: 'User',
    targetId: null,
    targetName: 'ada@example.com',
    targetKey: 'ada@example.com',
    status: 200,
    scimType: null,
    detail: null,
    cause: null,
    tolerances: [],
    durationMs: 1,
    requestId: 'r-1',
    body: null,
    clientAddress: null,
    notRecorded: null,
    repeats: null,
  };
  const failure: RecordedRequest = {
    ...success,
    id: uuid({ msecs: at + 1000 }),
    at: at + 1000,
    action: 'create-user',
    targetName: 'eve\u001b[2J\u202e',
    targetKey: 'eve',
    status: 409,
    scimType: 'uniqueness',
    cause: 'user-taken',
  };
  const system = await openDataSource({ url: database.systemUrl }, 1);
  const { system: session } = new UnitOfWork(system, system, { preparedStatements: true });
  await new ProvisioningWrites(session).write([success, failure].map(recordedRow));
  await system.destroy();
}

describe('connection log', () => {
  const log = (options: string) => muster(`connection log --tenant acme ${options}`);

  it('prints the newest first, and nothing that a terminal would obey', async () => {
    const { out, code } = await log('--connection okta');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['TIME', 'STATUS', 'REQUEST'],
      ['2026-11-22T12:48:25.000Z', '409', 'Create user eve?[2J?'],
      ['2026-11-22T12:48:24.000Z', '200', 'Look up user ada@example.com'],
      [''],
    ]);
    expect(out).toContain('Somebody else has this userName or externalId already.');
  });

  it('prints one JSON object, as the management API has it', async () => {
    const { out, code } = await log('--connection okta --user ada@example.com --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      items: [expect.objectContaining({ action: 'look-up-user', status: 200, cause: null })],
      next: null,
    });
  });

  it('goes on where the page before ended', async () => {
    const { next } = JSON.parse((await log('--connection okta --limit 1 --json')).out);
    const page = await log(`--connection okta --limit 1 --cursor ${next}`);
    expect(page.out).toContain('Look up user');
    expect(page.out).not.toContain('More:');
    expect((await log('--connection okta --limit 1')).out).toContain(`More: --cursor ${next}`);
  });

  it.each([
    ['--connection okta --status 409', 1],
    ['--connection okta --action create-user', 1],
    ['--connection okta --from 2026-11-22T12:48:25Z', 1],
    ['--connection okta --to 2026-11-22T12:48:24Z', 0],
  ])('takes filters: %s', async (options, found) => {
    expect(JSON.parse((await log(`${options} --json`)).out).items).toHaveLength(found);
  });

  it.each([
    ['--connection nobody', 1, /There is no such connection/],
    ['--connection okta --from yesterday', 1, /from is no time of any calendar/],
    ['--connection okta --status fine', 2, /--status "fine"/],
    ['--connection okta --limit 0', 2, /--limit "0"/],
    ['--connection okta --cursor x', 2, /--cursor "x"/],
    ['--connection okta --action fly', 2, /Allowed choices/],
    ['', 2, /--connection/],
  ])('refuses %s', async (options, exit, text) => {
    const { code, err } = await log(options.trim());
    expect(code).toBe(exit);
    expect(err).toMatch(text);
  });
});
