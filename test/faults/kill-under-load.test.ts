import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { audit } from './audit.js';
import { openAsSuperuser } from './database.js';
import { Journal } from './journal.js';
import { everybody, Load } from './load.js';
import { killPostgres, MusterProcess, makeDataDirectory, removeDataDirectory } from './muster-process.js';
import { randomFrom } from './random.js';
import { asking } from './send.js';

const ROUNDS = Number(process.env.MUSTER_FAULTS_ROUNDS ?? (process.env.CI ? 20 : 5));
const SEED = Number(process.env.MUSTER_FAULTS_SEED ?? Date.now() % 1_000_000);
const CLIENTS = 8;
const LONGEST_LIFE_MS = 700;
/** So often PostgreSQL is killed too, as when the power fails; else it is left behind. */
const POWER_FAILURE = 0.25;

const ANY_MEMBER = 'select id from members where scim_id is not null limit 1';
const ANY_EVENT = `select id from events where subject_type = 'member' limit 1`;
const ANY_SEALED = 'select event_id from seals order by seq desc limit 1';
/** For each rule of the audit one row too many, too few or not as it was. */
const DAMAGES = [
  {
    name: 'a member with more or fewer events than versions',
    sql: `delete from events where id = (${ANY_EVENT})`,
  },
  {
    name: 'an event of a member who is not there',
    sql: `delete from members where id = (${ANY_MEMBER})`,
  },
  {
    name: 'a member who differs from what the last event says',
    sql: `update members set resource = '{"userName": "else@example.com"}' where id = (${ANY_MEMBER})`,
  },
  {
    name: 'an event that is neither queued nor sealed',
    sql: `delete from seals where event_id = (${ANY_SEALED})`,
  },
  {
    name: 'an event that is queued and sealed',
    sql: 'insert into outbox (tenant_id, event_id) select tenant_id, event_id from seals limit 1',
  },
  {
    name: 'a seal without an event',
    sql: `delete from events where id = (${ANY_SEALED})`,
  },
  {
    name: 'a gap in the seals of a tenant',
    sql: 'delete from seals where seq = 3 and tenant_id = (select tenant_id from seals where seq = 4 limit 1)',
  },
  {
    name: 'a version of a subject that is sealed before an earlier one',
    sql: `update events set subject_version = 1000 where subject_version = 1
      and (tenant_id, subject_id) = (select tenant_id, subject_id from events where subject_version = 2 limit 1)`,
  },
  {
    name: 'an event or a seal that was changed',
    sql: `update events set type = 'member.linked' where id = (${ANY_SEALED})`,
  },
  {
    name: 'an event or a seal that was changed',
    sql: `update seals set hash = sha256('else') where event_id = (${ANY_SEALED})`,
  },
  {
    name: 'an outbox row without an event',
    sql: `insert into outbox (tenant_id, event_id) select id, gen_random_uuid() from tenants limit 1`,
  },
  {
    name: 'a member whose keys are not the addresses',
    sql: `delete from member_keys k using (
        select tenant_id, member_id, value_key from member_keys limit 1
      ) one where (k.tenant_id, k.member_id, k.value_key) = (one.tenant_id, one.member_id, one.value_key)`,
  },
  {
    name: 'a key of nobody',
    sql: `insert into member_keys (tenant_id, attribute, value_key, member_id)
      select id, 'emails.value', 'nobody@example.com', gen_random_uuid() from tenants limit 1`,
  },
  {
    name: 'a userName of two',
    sql: `update members m set user_name = upper(other.user_name) from (
        select user_name from members where scim_id is not null order by id limit 1
      ) other where m.id = (select id from members where scim_id is not null order by id desc limit 1)`,
  },
] as const;

let directory: string;
let muster: MusterProcess;
let database: pg.Client;
let token: string;
const journal = new Journal();

beforeAll(async () => {
  directory = await makeDataDirectory();
  muster = await MusterProcess.start(directory);
  token = await muster.token();
});

afterAll(async () => {
  await database?.end();
  await muster.endedBy('SIGTERM');
  await removeDataDirectory(directory);
});

describe(`Muster, killed ${ROUNDS} times under load (MUSTER_FAULTS_SEED=${SEED})`, () => {
  it('keeps what it acknowledged, and of what it did not all or nothing', async () => {
    const random = randomFrom(SEED);
    for (let round = 1; round <= ROUNDS; round++) {
      const load = new Load(asking({ url: muster.url, token }), journal, CLIENTS, random);
      await sleep(LONGEST_LIFE_MS * random());
      const stopped = load.stop();
      await muster.endedBy('SIGKILL');
      await stopped;
      const powerFailure = random() < POWER_FAILURE;
      if (powerFailure) await killPostgres(directory);

      muster = await MusterProcess.start(directory);
      expect(muster.adopted).toBe(!powerFailure);
      expect([...load.statuses.keys()].filter((status) => ![0, 200, 201, 204, 409].includes(status))).toEqual([]);
      expect(journal.settle(await everybody({ url: muster.url, token }))).toEqual([]);
    }
    expect(journal.acknowledged).toBeGreaterThan(ROUNDS);
    database = await openAsSuperuser(directory);
    expect([...(await audit(database)).keys()]).toEqual([]);
  }, 300_000);

  it.each(DAMAGES)('would not have hidden $name', async ({ name, sql }) => {
    await database.query('begin');
    try {
      const { rowCount } = await database.query(sql);
      expect(rowCount).toBe(1);
      expect([...(await audit(database)).keys()]).toContain(name);
    } finally {
      await database.query('rollback');
    }
  });

  it('would not have hidden a write that was lost, or one that nobody made', async () => {
    const shown = await everybody({ url: muster.url, token });
    const [first, second] = shown;
    if (!first || !second) throw new Error('Nobody is there.');
    const damaged = [{ ...first, title: 'older' }, ...shown.slice(2), { ...first, userName: 'stranger@example.com' }];
    const faults = journal.settle(damaged);
    expect(faults).toHaveLength(3);
    expect(faults).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${first.userName} is {`),
        expect.stringContaining(`${second.userName} is undefined`),
        'stranger@example.com was never written',
      ]),
    );
  });
});
