import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leastId } from '../../../src/persistence/event-months.js';
import { dropRequestDays, makeRequestDays, requestDay } from '../../../src/persistence/provisioning-days.js';
import { LogUpkeep } from '../../../src/provisioning-log/log-upkeep.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { LogSpace } from './rows.js';

let log: LogSpace;
let ownerUrl: string;
beforeAll(async () => {
  log = await LogSpace.open();
  ownerUrl = log.space.database.ownerUrl;
});
afterAll(() => log.close());

const upkeep = (now: string, retentionDays = 30) =>
  new LogUpkeep({ ownerUrl, retentionDays }, log.space.work, new FixedClock(now));
const partitionOf = async (id: string) =>
  (
    await log.rows<{ name: string }>(
      'select tableoid::regclass::text as name from provisioning_requests where id = $1',
      [id],
    )
  )[0]?.name;
const days = async () =>
  (
    await log.rows<{ day: string }>(
      `select right(inhrelid::regclass::text, 10) as day from pg_inherits
       where inhparent = 'provisioning_requests'::regclass and inhrelid <> 'provisioning_requests_default'::regclass order by 1`,
    )
  ).map(({ day }) => day);

describe('A day of the log', () => {
  it('begins and ends with the ids of its first moments', () => {
    expect(requestDay(new Date('2026-12-31T23:59:59.999Z'))).toEqual({
      partition: 'provisioning_requests_2026_12_31',
      from: leastId(Date.UTC(2026, 11, 31)),
      to: leastId(Date.UTC(2027, 0, 1)),
    });
    expect(requestDay(new Date('2026-02-28T00:00:00.000Z'), 1).partition).toBe('provisioning_requests_2026_03_01');
  });

  it('takes its requests to the millisecond; those of no day go to the partition for all others', async () => {
    await makeRequestDays(ownerUrl, new Date('2026-03-01T12:00:00.000Z'));
    const at = [
      '2026-02-28T23:59:59.999Z',
      '2026-03-01T00:00:00.000Z',
      '2026-03-01T23:59:59.999Z',
      '2026-03-02T00:00:00.000Z',
    ];
    const requests = at.map((time) => log.request(time));
    await log.write(requests);
    expect(await Promise.all(requests.map(({ id }) => partitionOf(id)))).toEqual([
      'provisioning_requests_default',
      'provisioning_requests_2026_03_01',
      'provisioning_requests_2026_03_01',
      'provisioning_requests_2026_03_02',
    ]);
  });

  it('is made once, by however many at once, and stays unmade where its requests are with all others', async () => {
    await log.write([log.request('2026-04-10T12:00:00.000Z')]);
    const now = new Date('2026-04-08T12:00:00.000Z');
    await Promise.all([makeRequestDays(ownerUrl, now), makeRequestDays(ownerUrl, now)]);
    await makeRequestDays(ownerUrl, now);
    expect(await days()).toEqual([
      '2026_03_01',
      '2026_03_02',
      '2026_03_03',
      '2026_03_04',
      '2026_04_08',
      '2026_04_09',
      '2026_04_11',
    ]);
  });
});

describe('Upkeep of the log', () => {
  it('removes whole days that are too old, and what of no day is', async () => {
    const before = '2026-04-09T23:59:59.999Z';
    const kept = log.request('2026-04-10T00:00:00.000Z');
    await log.write([log.request(before), kept]);
    const removed = await upkeep('2026-05-10T18:00:00.000Z').round();
    expect(removed).toEqual({
      partitions: ['03_01', '03_02', '03_03', '03_04', '04_08', '04_09'].map(
        (day) => `provisioning_requests_2026_${day}`,
      ),
      requests: 1,
    });
    const left = await log.rows<{ id: string }>('select id from provisioning_requests order by id');
    expect(left.length).toBe(2);
    expect(left.map(({ id }) => id)).toContain(kept.id);
    expect(await days()).toEqual(['2026_04_11', '2026_05_10', '2026_05_11', '2026_05_12', '2026_05_13']);
  });

  it('removes nothing that is young enough, as a control', async () => {
    expect(await upkeep('2026-05-10T18:00:00.000Z').round()).toEqual({ partitions: [], requests: 0 });
  });

  it('is done by one at a time', async () => {
    const rounds = await Promise.all([
      upkeep('2026-05-10T18:00:00.000Z').round(),
      upkeep('2026-05-10T18:00:00.000Z').round(),
    ]);
    expect(rounds.filter((round) => round === undefined).length).toBeLessThanOrEqual(1);
    expect(await upkeep('2026-05-10T18:00:00.000Z').round()).toBeDefined();
  });

  it('leaves other tables alone, whatever they are called', async () => {
    await log.rows('create table provisioning_requests_2020_01_01 (id int)');
    expect(await dropRequestDays(ownerUrl, new Date('2026-05-10T00:00:00.000Z'))).toEqual([
      'provisioning_requests_2026_04_11',
    ]);
    await log.rows('drop table provisioning_requests_2020_01_01');
  });

  it('keeps figures for 31 days, the last success for ever, and nothing of a connection that is gone', async () => {
    const silent = await log.connection();
    const gone = await log.connection();
    const hours = async (connectionId: string) =>
      (
        await log.rows<{ hour: Date }>('select hour from provisioning_figures where connection_id = $1 order by 1', [
          connectionId,
        ])
      ).map(({ hour }) => hour.toISOString());
    await log.write([
      ...['2026-06-01T10:20:00.000Z', '2026-06-01T11:20:00.000Z'].map((at) =>
        log.request(at, { connectionId: silent }),
      ),
      log.request('2026-06-01T12:20:00.000Z', { connectionId: silent, status: 500 }),
      log.request('2026-08-20T12:20:00.000Z', { connectionId: silent, status: 500 }),
      log.request('2026-08-20T12:20:00.000Z', { connectionId: gone }),
    ]);
    await log.rows('delete from connections where id = $1', [gone]);
    await upkeep('2026-09-01T00:00:00.000Z').round();
    expect(await hours(silent)).toEqual(['2026-06-01T11:00:00.000Z', '2026-08-20T12:00:00.000Z']);
    expect(await hours(gone)).toEqual([]);
  });
});
