import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter2 } from '@nestjs/event-emitter';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { canonicalEvent, GENESIS_HASH } from '../../../src/domain/sealed-event.js';
import { EVENT_SEALED, SEALING } from '../../../src/events/planner.js';
import { sealHash } from '../../../src/events/seal.js';
import { type EventRow, toRecordedEvent } from '../../../src/persistence/event-rows.js';
import { appendSystemEvents } from '../../../src/persistence/events.repository.js';
import { LeaseLost, RelayRepository } from '../../../src/persistence/relay.repository.js';
import { relayOver, sealAll, someEvent } from '../../support/relays.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

let space: Workspace;
let superuser: pg.Pool;
let tenantId: string;
beforeAll(async () => {
  space = await openWorkspace();
  superuser = new pg.Pool({ connectionString: space.database.superuserUrl, max: 6 });
});
beforeEach(() => {
  tenantId = uuid();
});
afterEach(() => superuser.query('truncate outbox, seals, events, deliveries, leases'));
afterAll(async () => {
  await superuser.end();
  await space.close();
});

const idAt = (msecs: number) => uuid({ msecs });

const append = (count: number, tenant = tenantId) =>
  appendSystemEvents(
    space.work.system,
    tenant,
    Array.from({ length: count }, () => someEvent()),
  );

async function rows<R extends object>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
  return (await superuser.query<R>(sql, [...values])).rows;
}

const seals = (tenant = tenantId) =>
  rows<{ seq: string; hash: string; event_id: string }>(
    `select seq, encode(hash, 'hex') as hash, event_id from seals where tenant_id = $1 order by seq`,
    [tenant],
  );

/** Version 1, 2 … of subjects, as they were committed, under ids that say otherwise. */
async function storeVersions(versions: readonly { subject: string; version: number; id: string }[]): Promise<void> {
  for (const { subject, version, id } of versions) {
    await superuser.query(
      `with told as (insert into events (tenant_id, id, type, occurred_at, actor_type, subject_type, subject_id, subject_version, data)
         values ($1, $2, 'member.updated', now(), 'system', 'member', $3, $4, '{}'))
       insert into outbox (tenant_id, event_id) values ($1, $2)`,
      [tenantId, id, subject, version],
    );
  }
}

const sealedVersions = async (subject: string) =>
  (
    await rows<{ subject_version: number }>(
      `select e.subject_version from seals s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
       where s.tenant_id = $1 and e.subject_id = $2 order by s.seq`,
      [tenantId, subject],
    )
  ).map((row) => row.subject_version);

async function expired(repository: RelayRepository) {
  await superuser.query(`update leases set expires_at = now() - interval '1 second'`);
  return (await repository.acquire('relay', 'b', 5))!;
}

describe('The relay', () => {
  it('seals each committed event once, without gaps, in a chain that anybody can compute again', async () => {
    await append(7);
    const relay = relayOver(space.work);
    expect(await relay.round()).toBe(7);
    await append(3);
    await sealAll(relay);
    const sealed = await seals();
    expect(sealed.map(({ seq }) => Number(seq))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let previous = GENESIS_HASH;
    for (const { hash, event_id } of sealed) {
      const [row] = await rows<Omit<EventRow, 'occurred_at'> & { readonly occurred_at: Date }>(
        'select *, data::text as data_json from events where id = $1',
        [event_id],
      );
      if (!row) throw new Error('A seal has no event.');
      const event = toRecordedEvent({ ...row, occurred_at: row.occurred_at.toISOString() });
      previous = sealHash(previous, canonicalEvent(event));
      expect(hash).toBe(previous);
    }
    expect(await rows('select from outbox')).toHaveLength(0);
  });

  it('keeps a chain of its own for each tenant', async () => {
    const other = uuid();
    await append(2);
    await append(3, other);
    await sealAll(relayOver(space.work));
    expect((await seals()).map(({ seq }) => seq)).toEqual(['1', '2']);
    expect((await seals(other)).map(({ seq }) => seq)).toEqual(['1', '2', '3']);
  });

  it('follows the versions of a subject where the ids say otherwise', async () => {
    const [kim, lee] = [uuid(), uuid()];
    const at = Date.now();
    await storeVersions([
      { subject: kim, version: 3, id: idAt(at) },
      { subject: lee, version: 2, id: idAt(at + 1) },
      { subject: kim, version: 2, id: idAt(at + 2) },
      { subject: lee, version: 1, id: idAt(at + 3) },
      { subject: kim, version: 1, id: idAt(at + 4) },
    ]);
    await sealAll(relayOver(space.work));
    expect(await sealedVersions(kim)).toEqual([1, 2, 3]);
    expect(await sealedVersions(lee)).toEqual([1, 2]);
  });

  it('also where a batch ends between them', async () => {
    const kim = uuid();
    const at = Date.now();
    await storeVersions([
      { subject: kim, version: 2, id: idAt(at) },
      { subject: uuid(), version: 1, id: idAt(at + 1) },
      { subject: uuid(), version: 1, id: idAt(at + 2) },
      { subject: kim, version: 1, id: idAt(at + 3) },
    ]);
    const repository = new RelayRepository(space.work.system);
    const lease = (await repository.acquire('relay', 'a', 5))!;
    const seen: (number | null)[] = [];
    await repository
      .seal(lease, tenantId, { events: 2, bytes: 1000 }, async (_, events) => {
        seen.push(...events.filter(({ subjectId }) => subjectId === kim).map(({ subjectVersion }) => subjectVersion));
        return [];
      })
      .catch(() => undefined);
    expect(seen.sort()).toEqual([1, 2]);
  });

  it('also where a batch ends between them because of its bytes', async () => {
    const kim = uuid();
    const at = Date.now();
    await storeVersions([
      { subject: kim, version: 2, id: idAt(at) },
      { subject: uuid(), version: 1, id: idAt(at + 1) },
      { subject: kim, version: 1, id: idAt(at + 2) },
    ]);
    const repository = new RelayRepository(space.work.system);
    const lease = (await repository.acquire('relay', 'a', 5))!;
    const seen: (number | null)[] = [];
    await repository
      .seal(lease, tenantId, { events: 100, bytes: 1 }, async (_, events) => {
        seen.push(...events.map(({ subjectVersion }) => subjectVersion));
        return [];
      })
      .catch(() => undefined);
    expect(seen).toEqual([2, 1]);
  });

  it('seals a queue of large events in batches of bounded bytes, and other tenants in the same round', async () => {
    const other = uuid();
    const large = { after: { title: 't'.repeat(3_000_000) } };
    const events = () => Array.from({ length: 4 }, () => someEvent({ data: large }));
    await appendSystemEvents(space.work.system, tenantId, events());
    await append(2, other);
    const relay = relayOver(space.work);
    expect(await relay.round()).toBe(1 + 2);
    expect(await seals(other)).toHaveLength(2);
    await sealAll(relay);
    expect((await seals()).map(({ seq }) => Number(seq))).toEqual([1, 2, 3, 4]);
    expect(await rows('select from outbox')).toHaveLength(0);
    // Without a bound of bytes all of them are one batch.
    await appendSystemEvents(space.work.system, tenantId, events());
    const repository = new RelayRepository(space.work.system);
    const lease = (await repository.acquire('relay', 'b', 5)) ?? (await expired(repository));
    const sizes: number[] = [];
    for (const bytes of [7_000_000, 1, Number.MAX_SAFE_INTEGER]) {
      await repository
        .seal(lease, tenantId, { events: 1000, bytes }, async (_, batch) => {
          sizes.push(batch.length);
          return [];
        })
        .catch(() => undefined);
    }
    expect(sizes).toEqual([2, 1, 4]);
  });

  it('stores what listeners plan, and seals nothing when one of them fails', async () => {
    const emitter = new EventEmitter2();
    const prepared: string[] = [];
    const sinkId = uuid();
    let broken = true;
    emitter.on(SEALING, async ({ tenantId: tenant }: { tenantId: string }) => void prepared.push(tenant));
    emitter.on(EVENT_SEALED, () => [{ sink: 'webhook', sinkId, orderKey: 'k' }]);
    emitter.on(EVENT_SEALED, () => {
      if (broken) throw new Error('no plan');
      return [{ sink: 'email', sinkId, orderKey: 'k', notBefore: '2030-01-01T00:00:00.000Z' }];
    });
    await append(2);
    const relay = relayOver(space.work, emitter);
    expect(await relay.round()).toBe(0);
    expect([await seals(), await rows('select from deliveries')]).toEqual([[], []]);
    broken = false;
    expect(await relay.round()).toBe(2);
    expect(prepared).toEqual([tenantId, tenantId]);
    const planned = await rows<{ sink: string; seq: string; state: string }>(
      'select sink, seq, state from deliveries order by seq, sink desc',
    );
    expect(planned).toEqual(
      ['1', '2'].flatMap((seq) => ['webhook', 'email'].map((sink) => ({ sink, seq, state: 'pending' }))),
    );
  });

  it('plans no event with what was known before it: each was read before its listeners prepared', async () => {
    const emitter = new EventEmitter2();
    const known: number[] = [];
    // Whatever is there when listeners look, such as a new endpoint, is there for every event that is committed behind it.
    emitter.on(SEALING, async () => {
      known.push(Number((await rows<{ n: string }>('select count(*) as n from events'))[0]?.n));
      if (known.length === 1) await append(1);
    });
    await append(1);
    const relay = relayOver(space.work, emitter);
    expect([await relay.round(), await relay.round()]).toEqual([1, 1]);
    expect(known).toEqual([1, 2]);
  });

  it('lets what is wrong with one tenant hold up no other', async () => {
    const other = uuid();
    const emitter = new EventEmitter2();
    emitter.on(EVENT_SEALED, (sealed: { tenantId: string }) => {
      if (sealed.tenantId === tenantId) throw new Error('no plan');
      return [];
    });
    await append(1);
    await append(1, other);
    await relayOver(space.work, emitter).round();
    expect([await seals(), await seals(other)]).toMatchObject([[], [{ seq: '1' }]]);
  });
});

describe('Several relays at once', () => {
  it('never seal an event twice, and one of them does all the work', async () => {
    const relays = [relayOver(space.work), relayOver(space.work)];
    await append(40);
    const sealed = await Promise.all(relays.map((relay) => relay.round()));
    expect(sealed.sort((a, b) => a - b)).toEqual([0, 40]);
    expect((await seals()).map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('take over when the holder gives no sign of life, and what the old holder had begun comes to nothing', async () => {
    const old = new RelayRepository(space.work.system);
    const lease = (await old.acquire('relay', 'old', 5))!;
    expect(await old.acquire('relay', 'new', 5)).toBeUndefined();
    await append(3);
    await superuser.query(`update leases set expires_at = now() - interval '1 second'`);
    const successor = relayOver(space.work);
    expect(await successor.round()).toBe(3);
    await append(1);
    await expect(old.seal(lease, tenantId, { events: 10, bytes: 1000 }, async () => [])).rejects.toBeInstanceOf(
      LeaseLost,
    );
    expect(await seals()).toHaveLength(3);
    expect(await old.acquire('relay', 'old', 5)).toBeUndefined();
  });

  it('hand over at once when the holder stops', async () => {
    const [first, second] = [relayOver(space.work), relayOver(space.work)];
    await append(1);
    await first.round();
    await first.stop();
    await append(1);
    expect(await second.round()).toBe(1);
    const [row] = await rows<{ fencing: string }>('select fencing from leases');
    expect(row?.fencing).toBe('2');
  });
});

describe('Nobody edits what is sealed', () => {
  it.each(['appUrl', 'systemUrl'] as const)('neither events nor seals nor where they begin, over %s', async (role) => {
    const client = new pg.Client({ connectionString: space.database[role] });
    await client.connect();
    for (const table of ['events', 'events_default', 'seals', 'seal_anchors']) {
      await expect(client.query(`delete from ${table}`)).rejects.toThrow(/permission denied/);
      await expect(client.query(`update ${table} set tenant_id = tenant_id`)).rejects.toThrow(/permission denied/);
    }
    await expect(client.query('insert into seal_anchors default values')).rejects.toThrow(/permission denied/);
    await client.end();
  });

  it('which is a matter of rights: who owns the tables could, as a control', async () => {
    const owner = new pg.Client({ connectionString: space.database.ownerUrl });
    await owner.connect();
    for (const table of ['events', 'seals']) {
      await owner.query(`delete from ${table}`);
      await owner.query(`update ${table} set tenant_id = tenant_id`);
    }
    await owner.end();
  });
});
