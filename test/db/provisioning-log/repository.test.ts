import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type LogFilter, ProvisioningLogRepository } from '../../../src/persistence/provisioning-log.repository.js';
import { LogSpace } from './rows.js';

const NOW = new Date('2026-03-20T12:30:00.000Z');

let log: LogSpace;
let reader: ProvisioningLogRepository;
beforeAll(async () => {
  log = await LogSpace.open();
  reader = new ProvisioningLogRepository(log.space.work.forTenant(log.space.tenantId));
});
afterAll(() => log.close());

describe('Writing the log', () => {
  it('keeps texts that no database can hold as near as it can, and the rest of the batch with them', async () => {
    const connectionId = await log.connection();
    const odd = log.request('2026-03-20T12:00:00.123Z', {
      connectionId,
      targetName: 'half \ud83d\u0000 of a pair',
      detail: 'written out: \\ud83d',
    });
    await log.write([odd, log.request('2026-03-20T12:00:00.124Z', { connectionId })]);
    const rows = await log.rows<{ target_name: string | null; detail: string | null }>(
      'select target_name, detail from provisioning_requests where connection_id = $1 order by id',
      [connectionId],
    );
    expect(rows).toEqual([
      { target_name: 'half \ufffd of a pair', detail: 'written out: \\ud83d' },
      { target_name: null, detail: null },
    ]);
  });

  it('gives back what was written, field by field', async () => {
    const connectionId = await log.connection();
    const whole = log.request('2026-03-20T12:00:00.123Z', {
      connectionId,
      action: 'create-user',
      targetName: 'Ada "the" {first}, \\N',
      targetKey: 'ada',
      status: 409,
      scimType: 'uniqueness',
      detail: 'NULL',
      cause: 'user-taken',
      tolerances: ['boolean-as-string', 'op-capitalised'],
      body: '{"a":"\\u0000"}',
      clientAddress: '::1',
    });
    const notice = log.request('2026-03-20T12:00:01.000Z', {
      connectionId,
      targetType: null,
      targetId: null,
      targetKey: null,
      status: null,
      durationMs: null,
      requestId: null,
      notRecorded: { requests: 7, since: Date.parse('2026-03-20T12:00:00.500Z') },
      repeats: { requests: 3, since: Date.parse('2026-03-20T12:00:00.250Z') },
    });
    await log.write([whole, notice]);
    expect(await reader.page(connectionId, {}, 10)).toEqual([notice, { ...whole, body: null }]);
    expect(await reader.find(connectionId, whole.id)).toEqual(whole);
  });

  it('writes and counts nothing twice when it is tried again', async () => {
    const connectionId = await log.connection();
    const requests = [200, 404].map((status) => log.request('2026-03-20T12:00:00.000Z', { connectionId, status }));
    await log.write(requests);
    await log.write([...requests, log.request('2026-03-20T12:00:01.000Z', { connectionId })]);
    expect(await reader.page(connectionId, {}, 10)).toHaveLength(3);
    expect((await reader.connectionFigures(connectionId, NOW)).last24Hours).toEqual({
      requests: 3,
      errors: 1,
      errorRatio: 1 / 3,
    });
  });

  it('drops requests of connections that are gone, and writes the others', async () => {
    const connectionId = await log.connection();
    const request = log.request('2026-03-20T12:00:00.000Z', { connectionId });
    await log.write([
      log.request('2026-03-20T12:00:00.000Z', { connectionId: uuid() }),
      { ...request, tenantId: uuid() },
      request,
    ]);
    expect(await log.rows('select id from provisioning_requests where connection_id = $1', [connectionId])).toEqual([
      { id: request.id },
    ]);
  });

  it('is not held up when several write for the same connections in another order', async () => {
    const connections = await Promise.all(Array.from({ length: 5 }, () => log.connection()));
    const batch = (order: readonly string[]) =>
      order.map((connectionId) => log.request('2026-03-20T12:00:00.000Z', { connectionId }));
    await Promise.all(
      Array.from({ length: 20 }, (_, round) => log.write(batch(round % 2 ? connections : [...connections].reverse()))),
    );
    const figures = await Promise.all(connections.map((id) => reader.connectionFigures(id, NOW)));
    expect(figures.map(({ last24Hours }) => last24Hours.requests)).toEqual([20, 20, 20, 20, 20]);
  });
});

describe('The figures of a connection', () => {
  it('are of 24 hours and 30 days, with the last success', async () => {
    const connectionId = await log.connection();
    const at = (time: string, status = 200) => log.request(time, { connectionId, status });
    await log.write([
      at('2026-03-20T12:10:00.000Z', 500),
      at('2026-03-20T09:00:00.000Z', 409),
      at('2026-03-20T08:00:00.000Z'),
      at('2026-03-19T11:59:59.000Z'),
      at('2026-02-18T12:00:00.000Z'),
      at('2026-02-18T11:00:00.000Z'),
    ]);
    expect(await reader.connectionFigures(connectionId, NOW)).toEqual({
      lastSyncAt: '2026-03-20T08:00:00.000Z',
      last24Hours: { requests: 3, errors: 2, errorRatio: 2 / 3 },
      last30Days: { requests: 5, errors: 2, errorRatio: 0.4 },
    });
  });

  it('are nothing where nothing was asked, and nothing for another tenant', async () => {
    const none = { requests: 0, errors: 0, errorRatio: 0 };
    const nothing = { lastSyncAt: null, last24Hours: none, last30Days: none };
    expect(await reader.connectionFigures(await log.connection(), NOW)).toEqual(nothing);
    await log.write([log.request('2026-03-20T12:00:00.000Z')]);
    const stranger = new ProvisioningLogRepository(log.space.work.forTenant(uuid()));
    expect(await stranger.connectionFigures(log.space.connectionId, NOW)).toEqual(nothing);
    expect(await stranger.page(log.space.connectionId, {}, 10)).toEqual([]);
    expect(await stranger.findConnection(log.space.connectionId)).toBeUndefined();
  });
});

describe('Reading a long log', () => {
  const ENTRIES = 20_000;
  let connectionId: string;
  beforeAll(async () => {
    connectionId = await log.connection();
    const start = Date.parse('2026-03-10T00:00:00.000Z');
    for (let from = 0; from < ENTRIES; from += 1000) {
      await log.write(
        Array.from({ length: 1000 }, (_, index) => {
          const number = from + index;
          return log.request(new Date(start + number * 1000).toISOString(), {
            connectionId,
            targetKey: `u-${number % 500}`,
            status: number % 1000 === 0 ? 500 : 200,
          });
        }),
      );
    }
    await log.rows('analyze provisioning_requests');
  });

  /** Rows of the log that a page looked at, by the database's own counts. */
  async function looked(filter: LogFilter): Promise<{ found: number; read: number }> {
    const count = async () => {
      await log.rows('select pg_stat_clear_snapshot()');
      const [row] = await log.rows<{ read: string }>(
        `select sum(idx_tup_fetch + seq_tup_read) as read from pg_stat_user_tables where relname like 'provisioning_requests%'`,
      );
      return Number(row?.read);
    };
    const before = await settled(count);
    const { length } = await reader.page(connectionId, filter, 20);
    return { found: length, read: (await settled(count, before)) - before };
  }

  /** Backends tell their counts a moment later. */
  async function settled(count: () => Promise<number>, unlike?: number): Promise<number> {
    let last = await count();
    for (let equal = 0; equal < 3 || last === unlike; ) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const next = await count();
      equal = next === last ? equal + 1 : 0;
      last = next;
    }
    return last;
  }

  it.each<[string, LogFilter, number]>([
    ['the newest', {}, 20],
    ['a page in the middle', { to: new Date('2026-03-10T03:00:00.000Z') }, 20],
    ['a target', { user: 'u-7' }, 20],
    ['errors', { statuses: { least: 400, most: 599 } }, 20],
  ])('reads no more than it shows: %s', async (_what, filter, found) => {
    const looking = await looked(filter);
    expect(looking.found).toBe(found);
    expect(looking.read).toBeLessThanOrEqual(found + 20);
  });
});
