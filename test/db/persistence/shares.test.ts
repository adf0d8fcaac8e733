import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LIMITS } from '../../../src/config/limits.js';
import { type DatabaseConnections, openConnections } from '../../../src/persistence/database-connections.js';
import { newestSeals } from '../../../src/persistence/feed.repository.js';
import { BOUND, brief, type TenantStatement, tenantStatement, weighed } from '../../../src/persistence/statement.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { kindOf } from '../../support/refusals.js';

const VICTIM = '018bcfe5-6800-7000-8000-00000000000a';
const flooder = (number: number) => `018bcfe5-6800-7000-8000-0000000001${String(number).padStart(2, '0')}`;
const LOCK = 4711;
const READ = tenantStatement(undefined, ` select 1 as one where ${BOUND}`);
/** Waits until the test gives the lock back. */
const waiting = (statement: string) =>
  tenantStatement(undefined, ` select pg_advisory_xact_lock_shared(${LOCK})::text ${statement} where ${BOUND}`);
const ORDINARY = waiting('');
const POOL_SIZE = 8;

let database: TestDatabase;
let holder: pg.Client;
let connections: DatabaseConnections;

beforeAll(async () => {
  database = await createTestDatabase();
  holder = new pg.Client({ connectionString: database.superuserUrl });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await database.drop();
});
beforeEach(() => holder.query(`select pg_advisory_lock(${LOCK})`));
afterEach(async () => {
  await holder.query('select pg_advisory_unlock_all()');
  await connections.close();
});

const open = async (Work: typeof UnitOfWork = UnitOfWork, heavyTimeoutMs = 10_000) => {
  connections = await openConnections(
    { app: { url: database.appUrl }, system: { url: database.systemUrl }, embedded: false },
    { poolSize: POOL_SIZE, preparedStatements: true, heavyStatements: 1, heavyTimeoutMs },
    Work,
  );
  return connections.work;
};

/** Statements that wait for the lock, in PostgreSQL. */
async function blocked(): Promise<number> {
  const { rows } = await holder.query(
    `select count(*)::int as count from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0].count;
}
async function untilBlocked(count: number): Promise<void> {
  while ((await blocked()) < count) await new Promise((resolve) => setTimeout(resolve, 10));
}
/** Several of each tenant at once. Resolves when all have ended. */
const flood = (work: UnitOfWork, statement: TenantStatement, tenants: number, each: number): Promise<unknown> =>
  Promise.allSettled(
    Array.from({ length: tenants * each }, (_, index) => work.forTenant(flooder(index % tenants)).run(statement)),
  );
const read = (work: UnitOfWork, statement: TenantStatement = READ) => work.forTenant(VICTIM).run(statement);

/** All connections are one queue, as they would be without shares. */
class Unshared extends UnitOfWork {
  constructor(...[app, system, options]: ConstructorParameters<typeof UnitOfWork>) {
    super(app, system, options);
    const unbounded = { enter: () => undefined, leave: () => undefined };
    Object.assign(this.shares, { of: () => unbounded });
    Object.assign((this.shares as unknown as { schedulers: object }).schedulers, {
      pipelined: unbounded,
      ordinary: unbounded,
      large: unbounded,
      heavy: unbounded,
    });
  }
}

describe('While one tenant has statements that wait', () => {
  it('a statement of another tenant is answered', async () => {
    const work = await open();
    const flooded = flood(work, ORDINARY, 1, 50);
    await untilBlocked(2);
    expect(await read(work)).toEqual([{ one: 1 }]);
    expect(await blocked()).toBe(2);
    await holder.query('select pg_advisory_unlock_all()');
    await flooded;
  });

  it('it is not answered without shares: the control', async () => {
    const work = await open(Unshared);
    const flooded = flood(work, ORDINARY, 1, 50);
    await untilBlocked(POOL_SIZE);
    let isAnswered = false;
    const answer = read(work).then(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    await holder.query('select pg_advisory_unlock_all()');
    await Promise.all([flooded, answer]);
  });

  it('transactions of another tenant begin', async () => {
    const work = await open();
    const flooded = Promise.allSettled(
      Array.from({ length: 20 }, () => work.forTenant(flooder(0)).transaction((session) => session.run(ORDINARY))),
    );
    await untilBlocked(2);
    expect(await work.forTenant(VICTIM).transaction((session) => session.run(READ))).toEqual([{ one: 1 }]);
    await holder.query('select pg_advisory_unlock_all()');
    await flooded;
  });

  it('statements that share a connection leave it, and those of another tenant go on', async () => {
    const work = await open();
    const flooded = flood(work, brief(ORDINARY), 1, 50);
    await untilBlocked(2);
    const answers = await Promise.all(Array.from({ length: 20 }, () => read(work, brief(READ))));
    expect(answers).toEqual(Array.from({ length: 20 }, () => [{ one: 1 }]));
    await holder.query('select pg_advisory_unlock_all()');
    await flooded;
  });

  it('look-ups of tokens and health checks have connections of their own', async () => {
    const work = await open();
    const flooded = flood(work, ORDINARY, 10, 10);
    await untilBlocked(6);
    expect(await connections.health.query('select 1 as one')).toEqual([{ one: 1 }]);
    expect((await newestSeals(work.lookups, [VICTIM])).size).toBe(0);
    await holder.query('select pg_advisory_unlock_all()');
    await flooded;
  });
});

describe('Heavy statements', () => {
  it('of ten tenants run one at a time and hold up no ordinary one', async () => {
    const work = await open();
    const flooded = flood(work, weighed(ORDINARY, 'heavy'), 10, 5);
    await untilBlocked(1);
    expect(await read(work)).toEqual([{ one: 1 }]);
    expect(await blocked()).toBe(1);
    expect([work.shares.of('heavy').running, work.shares.of('heavy').waiting]).toEqual([1, 49]);
    await holder.query('select pg_advisory_unlock_all()');
    await flooded;
  });

  it('of the tenant that asked for none go first', async () => {
    const work = await open();
    const ended: string[] = [];
    const heavy = (tenant: string) =>
      work
        .forTenant(tenant)
        .run(weighed(ORDINARY, 'heavy'))
        .then(() => ended.push(tenant));
    const running = [heavy(flooder(0)), heavy(flooder(0)), heavy(flooder(0))];
    await untilBlocked(1);
    running.push(heavy(VICTIM));
    await holder.query('select pg_advisory_unlock_all()');
    await Promise.all(running);
    expect(ended).toEqual([flooder(0), VICTIM, flooder(0), flooder(0)]);
  });

  it('that take too long are refused as too expensive, ordinary ones as unavailable', async () => {
    const work = await open(UnitOfWork, 100);
    await expect(read(work, weighed(ORDINARY, 'heavy')).catch(kindOf)).resolves.toBe('tooExpensive');
    await expect(read(work, weighed(ORDINARY, 'large')).catch(kindOf)).resolves.toBe('unavailable');
  });

  it('over the queue of their tenant are refused and counted, those of another tenant are not', async () => {
    const work = await open();
    const refused: string[] = [];
    work.onLimit((limit) => refused.push(limit));
    const flooded = flood(work, weighed(ORDINARY, 'heavy'), 1, 40);
    await untilBlocked(1);
    const other = read(work, weighed(READ, 'heavy'));
    expect(new Set(refused)).toEqual(new Set(['waitingHeavyStatements']));
    expect(refused).toHaveLength(40 - 1 - LIMITS.waitingHeavyStatements.value);
    await holder.query('select pg_advisory_unlock_all()');
    expect(await other).toEqual([{ one: 1 }]);
    await flooded;
  });
});
