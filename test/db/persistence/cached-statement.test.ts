import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LIMITS } from '../../../src/config/limits.js';
import { StatementCache, statementCache } from '../../../src/persistence/cached-statement.js';
import { type DatabaseConnections, openConnections } from '../../../src/persistence/database-connections.js';
import { MemberList } from '../../../src/persistence/member-list.js';
import { BOUND, systemStatement, tenantStatement } from '../../../src/persistence/statement.js';
import { parseFilter, UserType } from '../../../src/scim/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const ALICE = '018bcfe5-6800-7000-8000-00000000000a';
const MALLORY = '018bcfe5-6800-7000-8000-00000000000b';
const body = (shape: number) => ` select ${shape} as shape where ${BOUND}`;
const LIMIT = { total: 8, perTenant: 3, characters: 1000 };
const twice = (cache: StatementCache, tenant: string, shape: number) => {
  cache.get(tenant, body(shape));
  return cache.get(tenant, body(shape));
};

describe('The cache of statements', () => {
  it('prepares a statement from its second use on, under the same name for all tenants', () => {
    const cache = new StatementCache(LIMIT);
    expect(cache.get(ALICE, body(1)).name).toBeUndefined();
    const { name } = cache.get(ALICE, body(1));
    expect(name).toBeDefined();
    expect(cache.get(MALLORY, body(1)).name).toBe(name);
  });

  it('keeps the statements of one tenant whatever another sends', () => {
    const cache = new StatementCache(LIMIT);
    const { name } = twice(cache, ALICE, 1);
    for (let shape = 2; shape < 2000; shape++) twice(cache, MALLORY, shape);
    expect(cache.get(ALICE, body(1)).name).toBe(name);
    expect(cache.size).toBeLessThanOrEqual(LIMIT.perTenant + 1);
  });

  it('loses them when all tenants share one queue: the control', () => {
    const cache = new StatementCache({ ...LIMIT, perTenant: 2000 });
    const { name } = twice(cache, 'everybody', 1);
    for (let shape = 2; shape < 2000; shape++) twice(cache, 'everybody', shape);
    expect(cache.get('everybody', body(1)).name).not.toBe(name);
  });

  it('holds no more than its total for many tenants', () => {
    const cache = new StatementCache(LIMIT);
    for (let tenant = 0; tenant < 50; tenant++)
      for (let shape = 0; shape < 3; shape++) twice(cache, `${tenant}`, tenant * 100 + shape);
    expect(cache.size).toBeLessThanOrEqual(LIMIT.total);
  });

  it('never gives a name twice', () => {
    const cache = new StatementCache({ ...LIMIT, perTenant: 1 });
    const names = Array.from({ length: 100 }, (_, shape) => twice(cache, ALICE, shape % 2).name);
    expect(new Set(names.filter(Boolean)).size).toBe(names.filter(Boolean).length);
  });

  it('does not prepare a long statement, which is heavy because it is planned each time', () => {
    const cache = new StatementCache(LIMIT);
    const long = `${body(1)} and ${'true and '.repeat(200)} true`;
    cache.get(ALICE, long);
    expect(cache.get(ALICE, long)).toMatchObject({ weight: 'heavy' });
    expect(cache.get(ALICE, long).name).toBeUndefined();
    expect(cache.get(ALICE, body(1)).weight).toBeUndefined();
  });
});

describe('PostgreSQL', () => {
  let database: TestDatabase;
  let connections: DatabaseConnections;
  beforeAll(async () => {
    database = await createTestDatabase();
    const superuser = new pg.Client({ connectionString: database.superuserUrl });
    await superuser.connect();
    await superuser.query('grant select on pg_backend_memory_contexts to public');
    await superuser.query('grant execute on function pg_get_backend_memory_contexts() to public');
    await superuser.end();
    connections = await openConnections(
      { app: { url: database.appUrl }, system: { url: database.systemUrl }, embedded: false },
      { poolSize: 1, preparedStatements: true, heavyStatements: 1, heavyTimeoutMs: 2000 },
    );
  });
  afterAll(async () => {
    await connections.close();
    await database.drop();
  });

  /** Statements of the cache that are prepared on the only connection for ordinary statements. */
  async function preparedNames(): Promise<string[]> {
    const statement = tenantStatement(
      undefined,
      ` select name from pg_prepared_statements where ${BOUND} and name like 'cached%' order by name`,
    );
    const rows = await connections.work.forTenant(ALICE).run<{ name: string }>(statement);
    return rows.map(({ name }) => name);
  }
  const list = (tenant: string, filter: string) =>
    new MemberList(connections.work.forTenant(tenant)).page({
      filter: parseFilter(filter, UserType),
      from: { offset: 0 },
      limit: 10,
      hideUnlinked: false,
    });
  /** A filter of a shape of its own: its terms spell a number in base 2. */
  const shape = (number: number) =>
    Array.from(number.toString(2), (digit) => `title ${digit === '1' ? 'co' : 'sw'} "x"`).join(' and ');

  it('holds a bounded number of prepared statements after hundreds of shapes, and those of another tenant are among them', async () => {
    for (let use = 0; use < 2; use++) await list(ALICE, 'nickName co "a"');
    const [hers] = await preparedNames();
    for (let number = 0; number < 200; number++) for (let use = 0; use < 2; use++) await list(MALLORY, shape(number));
    await list(ALICE, 'nickName co "a"');
    const names = await preparedNames();
    expect(names).toContain(hers);
    expect(names.length).toBeLessThanOrEqual(LIMITS.preparedShapesOfTenant.value + 1);
    expect(statementCache.size).toBeLessThanOrEqual(LIMITS.preparedShapes.value);
  });

  /** Bytes of the process of the only connection for ordinary statements. */
  async function backendBytes(): Promise<number> {
    const statement = tenantStatement(
      undefined,
      ` select sum(total_bytes)::float8 as bytes from pg_backend_memory_contexts where ${BOUND}`,
    );
    const [row] = await connections.work.forTenant(ALICE).run<{ bytes: number }>(statement);
    return row?.bytes ?? 0;
  }

  it('needs no more memory after 10 000 shapes than after 2 000', async () => {
    for (let use = 0; use < 2; use++) await list(ALICE, 'nickName co "b"');
    const [hers] = await preparedNames();
    const bodies = connections.work.forTenant(MALLORY);
    const sent = async (from: number, to: number) => {
      for (let number = from; number < to; number++) {
        for (let use = 0; use < 2; use++) await bodies.run(statementCache.get(MALLORY, body(number)));
      }
      await list(ALICE, 'nickName co "b"');
      return backendBytes();
    };
    const early = await sent(0, 2000);
    const late = await sent(2000, 10_000);
    expect(late).toBeLessThan(1.3 * early);
    const names = await preparedNames();
    expect(names).toContain(hers);
    expect(names.length).toBeLessThanOrEqual(LIMITS.preparedShapes.value);
  }, 900_000);

  it('needs more memory for each statement that is prepared and not dropped: the control', async () => {
    const before = await backendBytes();
    const bodies = connections.work.forTenant(MALLORY);
    for (let number = 0; number < 500; number++) await bodies.run(tenantStatement(`kept_${number}`, body(number)));
    expect(await backendBytes()).toBeGreaterThan(1.5 * before);
  });

  it('prepares few statements for many page sizes', async () => {
    const before = statementCache.size;
    const page = (limit: number) =>
      new MemberList(connections.work.forTenant(ALICE)).page({ from: { offset: 0 }, limit, hideUnlinked: false });
    for (let limit = 1; limit <= 620; limit += 7) await page(limit);
    expect(statementCache.size - before).toBeLessThanOrEqual(3);
  });

  it('keeps what a statement returns when it is dropped and prepared again', async () => {
    await connections.work.system.run(systemStatement(undefined, 'select 1'));
    const answers = await Promise.all(Array.from({ length: 60 }, (_, number) => list(MALLORY, shape(number % 30))));
    expect(answers.every(({ total }) => total === 0)).toBe(true);
  });
});
