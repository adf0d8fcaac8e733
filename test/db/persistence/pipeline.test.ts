import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { openDataSource } from '../../../src/persistence/data-source.js';
import { Pipeline } from '../../../src/persistence/pipeline.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let source: DataSource;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await openDataSource({ url: database.superuserUrl }, 6);
  pool = (source.driver as PostgresDriver).master;
  await pool.query('create table told (word text primary key)');
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const PROCESS = { name: 'process', text: 'select pg_backend_pid() as pid, $1::int as number' };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Which process of PostgreSQL answered each statement. */
async function processes(pipeline: Pipeline, count: number): Promise<number[]> {
  const answers = await Promise.all(
    numbers(count).map((number) => pipeline.query<{ pid: number; number: number }>({ ...PROCESS, values: [number] })),
  );
  expect(answers.map(({ rows }) => rows[0]?.number)).toEqual(numbers(count));
  return answers.map(({ rows }) => rows[0]?.pid ?? 0);
}

/** A clock that stands still, so that no lane seems held up on a machine that is busy. */
const patient = (lanes: number) => new Pipeline(pool, { lanes, heldUpMs: 2 }, () => 0);

describe('Statements that share a connection', () => {
  it('are answered each with its own rows, all by one process', async () => {
    expect(new Set(await processes(patient(1), 200)).size).toBe(1);
  });

  it('spread over as many connections as there are lanes', async () => {
    expect(new Set(await processes(patient(3), 30)).size).toBe(3);
  });

  it('leave together: those of one turn of the event loop in one packet', async () => {
    const client = await pool.connect();
    const { stream } = (client as pg.PoolClient & pg.Client).connection;
    const writes: number[] = [];
    const write = stream.write.bind(stream);
    client.release();
    const corked: boolean[] = [];
    stream.write = ((chunk: Buffer) => {
      corked.push(stream.writableCorked > 0);
      writes.push(chunk.length);
      return write(chunk);
    }) as typeof stream.write;
    await processes(patient(1), 20);
    stream.write = write;
    expect(writes.length).toBeGreaterThanOrEqual(20);
    expect(corked.every(Boolean)).toBe(true);
  });

  it('fail and are rolled back alone', async () => {
    const pipeline = patient(1);
    const tell = (word: string) =>
      pipeline.query({ name: 'tell', text: 'insert into told values ($1) returning word', values: [word] });
    const answers = await Promise.allSettled(['a', 'b', 'a', 'c'].map(tell));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    const { rows } = await pool.query('select word from told order by word');
    expect(rows).toEqual([{ word: 'a' }, { word: 'b' }, { word: 'c' }]);
  });

  it('carry no setting over to the next', async () => {
    const pipeline = patient(1);
    const answers = await Promise.all([
      pipeline.query({ text: `select set_config('muster.tenant', 'one', true) as tenant` }),
      pipeline.query({ text: `select current_setting('muster.tenant', true) as tenant` }),
    ]);
    expect(answers.map(({ rows }) => rows[0]?.tenant)).toEqual(['one', '']);
    // The control: a setting of the session would be there for whoever comes next.
    const leaking = await Promise.all([
      pipeline.query({ text: `select set_config('muster.leak', 'one', false) as leak` }),
      pipeline.query({ text: `select current_setting('muster.leak', true) as leak` }),
    ]);
    expect(leaking.map(({ rows }) => rows[0]?.leak)).toEqual(['one', 'one']);
  });

  it('do not wait behind one that is held up', async () => {
    const pipeline = new Pipeline(pool, { lanes: 1, heldUpMs: 2 });
    const order: string[] = [];
    const slow = pipeline.query({ text: 'select pg_sleep(1)' }).then(() => order.push('slow'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pipeline.query({ ...PROCESS, values: [1] }).then(() => order.push('brief'));
    await slow;
    expect(order).toEqual(['brief', 'slow']);
  });

  it('all fail with a connection that breaks, and the next gets another', async () => {
    const pipeline = patient(1);
    const [pid] = await processes(pipeline, 1);
    const waiting = [1, 2, 3].map(() => pipeline.query({ text: 'select pg_sleep(5)' }));
    const settled = Promise.allSettled(waiting);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.query('select pg_terminate_backend($1)', [pid]);
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await processes(pipeline, 3)).not.toContain(pid);
  });

  it('fail when no connection can be had, and go on when there is one again', async () => {
    const away = new pg.Pool({ connectionString: 'postgres://127.0.0.1:1/none', pipeline: true } as pg.PoolConfig);
    const pipeline = new Pipeline(away, { lanes: 1, heldUpMs: 2 });
    const answers = await Promise.allSettled([pipeline.query({ ...PROCESS, values: [1] }), pipeline.query(PROCESS)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    Object.assign(away.options, { connectionString: database.superuserUrl });
    expect(await processes(pipeline, 3)).toHaveLength(3);
    await away.end();
  });

  it('give the connection back when the last was answered', async () => {
    await processes(patient(2), 10);
    await new Promise(setImmediate);
    expect(pool.idleCount).toBe(pool.totalCount);
  });
});
