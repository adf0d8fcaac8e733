import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { GENESIS_HASH } from '../../../src/domain/sealed-event.js';
import { exportAudit } from '../../../src/events/audit-export.js';
import { AuditFileVerifier } from '../../../src/events/audit-file.js';
import { newSigningKey } from '../../../src/events/audit-signature.js';
import { EventUpkeep } from '../../../src/events/event-upkeep.js';
import { eventMonth, makeEventMonths } from '../../../src/persistence/event-months.js';
import { removeExpired } from '../../../src/persistence/event-retention.js';
import { appendSystemEvents } from '../../../src/persistence/events.repository.js';
import { migrateDown, migrateUp } from '../../../src/persistence/migrations.js';
import { SealsRepository } from '../../../src/persistence/seals.repository.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { relayOver, sealAll, someEvent } from '../../support/relays.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const DAYS = 30;
/** Two months before this the first of the months is wholly too old. */
const MARCH = new Date('2026-03-20T12:00:00.000Z');
const SIGNING_KEY = newSigningKey();

let space: Workspace;
let superuser: pg.Pool;
let ownerUrl: string;
beforeAll(async () => {
  space = await openWorkspace();
  ownerUrl = space.database.ownerUrl;
  superuser = new pg.Pool({ connectionString: space.database.superuserUrl, max: 2 });
  await makeEventMonths(ownerUrl, new Date('2026-01-15T00:00:00.000Z'));
});
afterAll(async () => {
  await superuser.end();
  await space.close();
});

async function rows<R extends object>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
  return (await superuser.query<R>(sql, [...values])).rows;
}

let names = 0;
async function tenant(): Promise<string> {
  const id = uuid();
  names += 1;
  await superuser.query(
    `insert into tenants (id, slug, name, settings, created_at, updated_at) values ($1, $2, 'x', '{}', now(), now())`,
    [id, `tenant-${names}`],
  );
  return id;
}

/** Commits one event of each of these times. @returns their ids */
async function happened(tenantId: string, ...times: readonly string[]): Promise<string[]> {
  const events = times.map((time) => {
    const at = new Date(time);
    return someEvent({ id: uuid({ msecs: at.getTime() }), occurredAt: at.toISOString() });
  });
  await appendSystemEvents(space.work.system, tenantId, events);
  return events.map(({ id }) => id);
}

async function seal(): Promise<void> {
  const relay = relayOver(space.work);
  await sealAll(relay);
  await relay.stop();
}

const remove = () => removeExpired({ ownerUrl, system: space.work.system }, DAYS, MARCH);
const sealsOf = (tenantId: string) => new SealsRepository(space.work.forTenant(tenantId));
const partitionOf = async (id: string) =>
  (await rows<{ name: string }>('select tableoid::regclass::text as name from events where id = $1', [id]))[0]?.name;

async function verdictOn(tenantId: string, from = 1) {
  const order = { tenant: { id: tenantId, slug: 'acme' }, format: 'jsonl', from, signingKey: SIGNING_KEY } as const;
  const verifier = new AuditFileVerifier();
  for await (const text of exportAudit(sealsOf(tenantId), { ...order, at: MARCH.toISOString() })) {
    for (const line of text.trimEnd().split('\n')) verifier.push(line);
  }
  return verifier.finish();
}

describe('A month of events', () => {
  it('begins and ends with the ids of its first moments', () => {
    expect(eventMonth(new Date('2026-12-31T23:59:59.999Z'))).toEqual({
      partition: 'events_2026_12',
      from: '01a22ee6-b000-0000-0000-000000000000',
      to: eventMonth(new Date('2027-01-01T00:00:00.000Z')).from,
    });
    expect(eventMonth(new Date('2026-11-30T00:00:00.000Z'), 3).partition).toBe('events_2027_02');
  });

  it('is a partition of its own, made ahead, and made once by however many', async () => {
    await Promise.all([1, 2, 3].map(() => makeEventMonths(ownerUrl, new Date('2026-02-01T00:00:00.000Z'))));
    const id = await tenant();
    const [last, first] = await happened(id, '2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z');
    expect([await partitionOf(last!), await partitionOf(first!)]).toEqual(['events_2026_01', 'events_2026_02']);
    const [month] = await rows<{ name: string }>(`select to_regclass('events_2026_05')::text as name`);
    expect(month?.name).toBe('events_2026_05');
  });

  it('that nobody made loses nothing: its events go elsewhere, and are told of when it is to be made', async () => {
    const [id] = await happened(await tenant(), '2031-07-01T00:00:00.000Z');
    expect(await partitionOf(id!)).toBe('events_default');
    expect(await makeEventMonths(ownerUrl, new Date('2031-06-01T00:00:00.000Z'))).toEqual(['events_2031_07']);
    await superuser.query('truncate outbox, events, seals');
  });
});

describe('What is older than it is kept', () => {
  it('goes by whole months, and what is left verifies from the anchor on', async () => {
    const id = await tenant();
    const [old, ...young] = await happened(
      id,
      '2026-01-05T00:00:00.000Z',
      '2026-02-05T00:00:00.000Z',
      '2026-03-05T00:00:00.000Z',
    );
    await seal();
    const before = (await sealsOf(id).page(0, 10)).map(({ seq, hash }) => ({ seq, hash }));
    expect(await remove()).toEqual({ seals: 1, partitions: ['events_2026_01'] });
    expect(await sealsOf(id).anchor()).toEqual(before[0]);
    const left = await sealsOf(id).page(0, 10);
    expect(left.map(({ event }) => event.id)).toEqual(young);
    expect(left[0]?.previousHash).toBe(before[0]?.hash);
    expect(await verdictOn(id)).toMatchObject({ kind: 'whole', header: { after: before[0] }, last: before[2] });
    expect(await verdictOn(id, 3)).toMatchObject({ kind: 'whole', header: { after: before[1] } });
    expect(await rows('select from events where id = $1', [old])).toEqual([]);
    expect(await remove()).toEqual({ seals: 0, partitions: [] });
  });

  it('leaves the chain of a tenant that was quiet since to be continued', async () => {
    await makeEventMonths(ownerUrl, new Date('2025-10-01T00:00:00.000Z'));
    const [quiet, fresh] = [await tenant(), await tenant()];
    await happened(quiet, '2025-10-01T00:00:00.000Z', '2025-10-02T00:00:00.000Z');
    await seal();
    const last = await sealsOf(quiet).last();
    expect((await remove()).partitions).toContain('events_2025_10');
    expect([await sealsOf(quiet).anchor(), await sealsOf(quiet).last()]).toEqual([last, last]);
    expect(await sealsOf(fresh).anchor()).toEqual({ seq: 0, hash: GENESIS_HASH });
    expect(await verdictOn(quiet)).toMatchObject({ kind: 'whole', header: { after: last }, last });
    await happened(quiet, '2026-03-19T00:00:00.000Z');
    await seal();
    expect(await sealsOf(quiet).page(0, 10)).toMatchObject([{ seq: 3, previousHash: last.hash }]);
    expect(await verdictOn(quiet)).toMatchObject({ kind: 'whole', header: { after: { seq: 2 } }, last: { seq: 3 } });
  });

  it('takes along what was sealed before it, so that the log begins at one place', async () => {
    const id = await tenant();
    const [early] = await happened(id, '2026-02-01T00:00:00.001Z');
    await seal();
    await happened(id, '2026-01-31T23:59:59.999Z', '2026-02-03T00:00:00.000Z');
    await seal();
    expect((await remove()).seals).toBe(2);
    expect((await sealsOf(id).page(0, 10)).map(({ seq }) => seq)).toEqual([3]);
    expect(await rows('select from events where id = $1', [early])).toEqual([]);
    expect(await verdictOn(id)).toMatchObject({ kind: 'whole', header: { after: { seq: 2 } } });
  });

  it('goes also where no month was made for it', async () => {
    const id = await tenant();
    const [stray] = await happened(id, '2024-05-05T00:00:00.000Z', '2026-03-05T00:00:00.000Z');
    expect(await partitionOf(stray!)).toBe('events_default');
    await seal();
    await remove();
    expect(await rows('select from events where id = $1', [stray])).toEqual([]);
    expect(await verdictOn(id)).toMatchObject({ kind: 'whole', header: { after: { seq: 1 } } });
  });

  it('stays, and its month with it, while something of it is not sealed', async () => {
    await makeEventMonths(ownerUrl, new Date('2025-06-01T00:00:00.000Z'));
    const [id] = await happened(await tenant(), '2025-06-01T00:00:00.000Z');
    expect((await remove()).partitions).toEqual([]);
    expect(await partitionOf(id!)).toBe('events_2025_06');
    await seal();
    expect((await remove()).partitions).toContain('events_2025_06');
  });

  it('is removed in blocks, by two at once as by one', async () => {
    await makeEventMonths(ownerUrl, new Date('2025-01-01T00:00:00.000Z'));
    const id = await tenant();
    await superuser.query(
      `with made as (
         insert into events (tenant_id, id, type, occurred_at, actor_type, subject_type, subject_id, data)
         select $1, overlay('01942000-0000-7000-8000-000000000000' placing lpad(to_hex(n), 8, '0') from 29)::uuid,
           'member.updated', '2025-01-01', 'system', 'member', $1, '{}' from generate_series(1, 6000) n returning id
       ) insert into outbox (tenant_id, event_id) select $1, id from made`,
      [id],
    );
    await happened(id, '2026-03-01T00:00:00.000Z');
    await seal();
    const removed = await Promise.all([remove(), remove()]);
    expect(removed.reduce((sum, { seals }) => sum + seals, 0)).toBe(6000);
    expect((await sealsOf(id).anchor()).seq).toBe(6000);
    expect(await verdictOn(id)).toMatchObject({ kind: 'whole', last: { seq: 6001 } });
  });
});

describe('The upkeep', () => {
  it('is the work of one instance at a time, keeps for ever unless told otherwise, and makes the months to come', async () => {
    const id = await tenant();
    await happened(id, '2024-01-01T00:00:00.000Z');
    await seal();
    const upkeep = (retentionDays?: number) =>
      new EventUpkeep({ ownerUrl, retentionDays }, space.work, new FixedClock(MARCH));
    expect(await upkeep().round()).toEqual({ seals: 0, partitions: [] });
    expect(await sealsOf(id).page(0, 1)).toHaveLength(1);
    const rounds = await Promise.all([upkeep(DAYS).round(), upkeep(DAYS).round()]);
    expect(rounds.filter((round) => round === undefined)).toHaveLength(1);
    expect(await sealsOf(id).anchor()).toMatchObject({ seq: 1 });
    const [month] = await rows<{ name: string }>(`select to_regclass('events_2026_06')::text as name`);
    expect(month?.name).toBe('events_2026_06');
  });
});

describe('The way back from months', () => {
  it('keeps the events of all of them', async () => {
    const [id] = await happened(await tenant(), '2026-02-02T00:00:00.000Z');
    expect(await partitionOf(id!)).toBe('events_2026_02');
    const applied = await rows('select from schema_migrations where version >= 8');
    await migrateDown(ownerUrl, applied.length);
    expect(await partitionOf(id!)).toBe('events');
    await migrateUp(ownerUrl);
    expect(await partitionOf(id!)).toBe('events_default');
  });
});
