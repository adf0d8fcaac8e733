import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { type Member, provision, revise } from '../../../src/domain/member.js';
import { BY_INDEX, openDataSource } from '../../../src/persistence/data-source.js';
import { INSERT_WITH_EXTERNAL_ID, REVISE } from '../../../src/persistence/member-statements.js';
import { MembersRepository } from '../../../src/persistence/members.repository.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { causeOf } from '../../support/cause.js';
import { ran, touched } from '../../support/query-plan.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const COUNT = 40;
let space: Workspace;
let superuser: pg.Client;
let tenantId: string;
beforeAll(async () => {
  space = await openWorkspace();
  superuser = new pg.Client({ connectionString: space.database.superuserUrl });
  await superuser.connect();
});
beforeEach(() => {
  tenantId = uuid();
});
afterAll(async () => {
  await superuser.end();
  await space.close();
});

const cause = () => causeOf(space.connectionId);
const resource = (name: string, title = 'Engineer') => ({
  userName: `${name}@example.test`,
  externalId: `x-${name}`,
  emails: [{ value: `${name}@work.test` }],
  title,
  active: true,
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const members = (work = space.work, tenant = tenantId) => new MembersRepository(work.forTenant(tenant));

async function insert(name: string, work = space.work, tenant = tenantId) {
  const born = provision({ id: uuid(), scimId: uuid() }, space.connectionId, resource(name), cause());
  return { member: born.member, result: await members(work, tenant).insert(born.member, born.event) };
}

async function newcomers(count = COUNT, work = space.work): Promise<readonly Member[]> {
  const inserted = await Promise.all(numbers(count).map((number) => insert(`p${number}`, work)));
  expect(new Set(inserted.map(({ result }) => result.kind))).toEqual(new Set(['written']));
  return inserted.map(({ member }) => member);
}

function promote(member: Member, title: string) {
  const change = revise(
    member,
    space.connectionId,
    { ...member.resource, title },
    { changed: ['title'], before: {}, after: { title } },
    cause(),
  );
  return members().revise(member, change.member, change.event!);
}

const kinds = async (changes: readonly Promise<{ kind: string }>[]) =>
  (await Promise.all(changes)).map(({ kind }) => kind);

/** In how many transactions the members of a tenant were last written. */
async function transactions(tenant = tenantId): Promise<readonly string[]> {
  const { rows } = await superuser.query('select distinct xmin::text as xmin from members where tenant_id = $1', [
    tenant,
  ]);
  return rows.map(({ xmin }) => xmin);
}

/** Members whose last version has an event, an entry of the outbox and search keys from one transaction. */
async function whole(): Promise<number> {
  const { rows } = await superuser.query(
    `select count(*)::int as count from members m
     join events e on e.tenant_id = m.tenant_id and e.subject_id = m.id and e.subject_version = m.version and e.xmin = m.xmin
     join outbox o on o.tenant_id = e.tenant_id and o.event_id = e.id and o.xmin = m.xmin
     join member_keys k on k.tenant_id = m.tenant_id and k.member_id = m.id
     where m.tenant_id = $1`,
    [tenantId],
  );
  return rows[0].count;
}

describe('Changes that come at the same moment', () => {
  it('share transactions, each with its own event, keys and entry of the outbox', async () => {
    await newcomers();
    expect((await transactions()).length).toBeLessThan(COUNT / 2);
    expect(await whole()).toBe(COUNT);
  });

  it('and so do changes of those who are there, each with its own values', async () => {
    const people = await newcomers();
    const found = await kinds(people.map((member, index) => promote(member, `Title ${index}`)));
    expect(new Set(found)).toEqual(new Set(['written']));
    expect((await transactions()).length).toBeLessThan(COUNT / 2);
    expect(await whole()).toBe(COUNT);
    const stored = await Promise.all(people.map(({ scimId }) => members().find(scimId as string)));
    expect(stored.map((member) => member?.resource.title)).toEqual(numbers(COUNT).map((number) => `Title ${number}`));
  });

  it('have one each where nothing is shared: the control', async () => {
    const app = await openDataSource({ url: space.database.appUrl, options: BY_INDEX }, 8);
    await newcomers(COUNT, new UnitOfWork(app, app, { preparedStatements: false }));
    expect(await transactions()).toHaveLength(COUNT);
    await app.destroy();
  });

  it('have one each where they come one after the other', async () => {
    for (const number of numbers(5)) await insert(`p${number}`);
    expect(await transactions()).toHaveLength(5);
  });

  it('never share one with changes of another tenant', async () => {
    const other = uuid();
    await Promise.all(numbers(COUNT).map((number) => insert(`p${number}`, space.work, number % 2 ? tenantId : other)));
    const [mine, theirs] = [await transactions(), await transactions(other)];
    expect(mine.length + theirs.length).toBeLessThan(COUNT);
    expect(mine.filter((xmin) => theirs.includes(xmin))).toEqual([]);
  });

  it('are refused each for itself', async () => {
    await insert('p7');
    const inserted = await Promise.all(numbers(COUNT).map((number) => insert(`p${number}`)));
    const refused = inserted.flatMap(({ result }, index) => (result.kind === 'written' ? [] : [{ index, ...result }]));
    expect(refused).toEqual([{ index: 7, kind: 'taken', attribute: 'userName' }]);
    expect(await whole()).toBe(COUNT);
  });

  it('miss each for itself, where somebody else was faster', async () => {
    const people = await newcomers();
    await promote(people[7] as Member, 'Faster');
    const found = await kinds(people.map((member) => promote(member, 'Slower')));
    expect(found.flatMap((kind, index) => (kind === 'missed' ? [index] : []))).toEqual([7]);
    expect(await whole()).toBe(COUNT);
  });

  it('of one member are written once', async () => {
    const [ada, ...others] = await newcomers();
    const found = await kinds(
      [...numbers(10).map(() => ada as Member), ...others].map((each) => promote(each, 'Same')),
    );
    expect(found.slice(0, 10).filter((kind) => kind === 'written')).toHaveLength(1);
    expect(found.slice(10)).toEqual(others.map(() => 'written'));
  });

  it('end in answers when two sets of them lock the same members in opposite order', async () => {
    const people = await newcomers();
    const both = await Promise.all([
      kinds(people.map((member) => promote(member, 'One'))),
      kinds(people.toReversed().map((member) => promote(member, 'Other'))),
    ]);
    expect(both.flat().filter((kind) => kind === 'written')).toHaveLength(COUNT);
  });
});

describe('A member that somebody else has locked', () => {
  const locked = async (member: Member) => {
    const holder = new pg.Client({ connectionString: space.database.superuserUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from members where id = $1 for update', [member.id]);
    return holder;
  };

  it('holds up the changes of its batch and nobody after them', async () => {
    const people = await newcomers();
    const [ada] = people as [Member];
    const holder = await locked(ada);
    const order: string[] = [];
    const waiting = promote(ada, 'Locked').then(() => order.push('locked'));
    await pause(50);
    await Promise.all(people.slice(1).map((member) => promote(member, 'Free'))).then(() => order.push('free'));
    await holder.query('rollback');
    await waiting;
    await holder.end();
    expect(order).toEqual(['free', 'locked']);
  });

  it('takes the changes of its batch along when their connection breaks, whole, and those after them are made', async () => {
    const people = await newcomers();
    const holder = await locked(people[20] as Member);
    const changes = Promise.allSettled(people.map((member) => promote(member, 'Broken')));
    await pause(100);
    await superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    const refused = (await changes).filter(({ status }) => status === 'rejected');
    await holder.query('rollback');
    await holder.end();
    expect(refused.length).toBeGreaterThan(0);
    const { rows } = await superuser.query(
      `select count(*)::int as count from members where tenant_id = $1 and version = 1`,
      [tenantId],
    );
    expect(rows[0].count).toBe(refused.length);
    expect(await whole()).toBe(COUNT);
    expect((await insert('after')).result.kind).toBe('written');
  });
});

describe('The statement for many', () => {
  const REMOVED = 20_000;

  it.each([REVISE, INSERT_WITH_EXTERNAL_ID])('$name reads no more than it changes', async (statement) => {
    const people = await newcomers(8);
    await superuser.query(
      `insert into members (tenant_id, id, connection_id, external_id, user_name, user_name_key, active, resource, version,
         created_at, updated_at)
       select $1, gen_random_uuid(), $2, 'gone-' || n, 'gone-' || n, 'gone-' || n, false, '{}', 1, now(), now()
       from generate_series(1, ${REMOVED}) n`,
      [tenantId, space.connectionId],
    );
    await superuser.query('analyze members');
    const app = new pg.Client({
      connectionString: space.database.appUrl,
      options: `${BY_INDEX} -c plan_cache_mode=force_generic_plan`,
    });
    await app.connect();
    const many = statement.ofMany(8);
    await app.query(`prepare many as ${many.text}`);
    const ids = statement === REVISE ? people.map(({ id }) => id) : [];
    const values = Object.fromEntries(many.parameters.map((name) => [name, sample(name, ids)]));
    const nodes = await ran(app, 'many', many, values);
    await app.end();
    expect(nodes.find((node) => node['Relation Name'] === 'members')?.['Actual Rows']).toBe(8);
    expect(touched(nodes, 'members')).toBe(statement === REVISE ? 16 : 8);
  });

  it('is made anew for each number of rows, and once', () => {
    expect(REVISE.ofMany(3)).toBe(REVISE.ofMany(3));
    expect(REVISE.ofMany(3).parameters).toHaveLength(3 * (REVISE.parameters.length - 1) + 1);
    expect(REVISE.ofMany(3).parameters.at(-1)).toBe('tenant');
  });

  /** A value that its column takes; each row of its own. */
  function sample(parameter: string, ids: readonly string[]): unknown {
    if (parameter === 'tenant') return tenantId;
    const [column = '', row = ''] = parameter.split('_');
    if (column === 'id') return ids[Number(row)] ?? uuid();
    if (column === 'connectionId') return space.connectionId;
    if (/^(resource|eventData)$/.test(column)) return '{}';
    if (/^(active|breakGlass|awaitsIdp)$/.test(column)) return true;
    if (/At$/.test(column)) return new Date().toISOString();
    if (/ersion$/.test(column)) return 1;
    if (/Keys$/.test(column)) return [`${column}-${row}`];
    if (/^(scimId|eventId|actorId|subjectId|actorConnection|actorToken)$/.test(column)) return uuid();
    return `${column}-${row}`;
  }
});
