import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { provision, remove, restore, revise } from '../../../src/domain/member.js';
import { MembersRepository } from '../../../src/persistence/members.repository.js';
import { BOUND, tenantStatement } from '../../../src/persistence/statement.js';
import { causeOf } from '../../support/cause.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(() => space.close());

const cause = () => causeOf(space.connectionId);
const session = (tenantId = space.tenantId) => space.work.forTenant(tenantId);
const members = (tenantId = space.tenantId) => new MembersRepository(session(tenantId));
const resourceOf = (name: string, more: Record<string, unknown> = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `${name}@example.test`,
  emails: [{ value: `${name.toUpperCase()}@work.test`, type: 'work' }],
  active: true,
  ...more,
});
const born = (name: string, more: Record<string, unknown> = {}) =>
  provision({ id: uuid(), scimId: uuid() }, space.connectionId, resourceOf(name, more), cause());
const rows = async (table: string, column: string, value: string) =>
  session().run(tenantStatement(undefined, ` select * from ${table} where ${column} = $value and ${BOUND}`), { value });

describe('A member is written in one statement', () => {
  it('with its search keys, its event and its outbox entry', async () => {
    const { member, event } = born('ada', { externalId: 'x-1' });
    expect(await members().insert(member, event)).toEqual({ kind: 'written', teams: [] });
    const stored = await members().findStored(member.scimId as string);
    expect(JSON.parse(stored?.json ?? '')).toEqual(member.resource);
    expect(stored).toMatchObject({ version: 1, createdAt: member.createdAt, updatedAt: member.createdAt });
    expect(await rows('member_keys', 'member_id', member.id)).toMatchObject([{ value_key: 'ada@work.test' }]);
    expect(await rows('events', 'subject_id', member.id)).toMatchObject([
      { type: 'member.provisioned', request_id: 'r-1', data: { scimId: member.scimId, after: member.resource } },
    ]);
  });

  it('or not at all when the userName is taken in another letter case', async () => {
    const first = born('Grace');
    await members().insert(first.member, first.event);
    const second = born('gRACE');
    expect(await members().insert(second.member, second.event)).toEqual({ kind: 'taken', attribute: 'userName' });
    expect(await rows('events', 'subject_id', second.member.id)).toEqual([]);
    expect(await rows('member_keys', 'member_id', second.member.id)).toEqual([]);
  });

  it('and the externalId is unique within its connection', async () => {
    const first = born('x1', { externalId: 'same' });
    const second = born('x2', { externalId: 'same' });
    await members().insert(first.member, first.event);
    expect(await members().insert(second.member, second.event)).toEqual({ kind: 'taken', attribute: 'externalId' });
  });

  it('is revised only in the version that was read, and its keys follow', async () => {
    const { member, event } = born('rev');
    await members().insert(member, event);
    const next = revise(
      member,
      space.connectionId,
      resourceOf('rev', { emails: [{ value: 'new@work.test' }] }),
      { changed: ['emails'], before: {}, after: {} },
      cause(),
    );
    expect(await members().revise(member, next.member, next.event!)).toEqual({ kind: 'written', teams: [] });
    expect(await members().revise(member, next.member, { ...next.event!, id: uuid() })).toEqual({ kind: 'missed' });
    expect(await rows('member_keys', 'member_id', member.id)).toMatchObject([{ value_key: 'new@work.test' }]);
    expect(await rows('events', 'subject_id', member.id)).toHaveLength(2);
  });

  it('leaves the wire by removal and comes back under a new id', async () => {
    const { member, event } = born('back', { externalId: 'b-1' });
    await members().insert(member, event);
    const gone = remove(member, space.connectionId, 'deactivate', cause());
    await session().transaction((tx) => new MembersRepository(tx).remove(member, gone.member, gone.event, false));
    expect(await members().find(member.scimId as string)).toBeUndefined();

    const stranger = born('back', { externalId: 'b-1' });
    expect(await members().insert(stranger.member, stranger.event)).toEqual({ kind: 'missed' });
    const { removed } = await members().candidates(stranger.member.resource, space.connectionId);
    expect(removed?.id).toBe(member.id);
    const again = restore(removed!, uuid(), stranger.member.resource, { changed: [], before: {}, after: {} }, cause());
    expect(await members().restore(removed!, again.member, again.event)).toEqual({ kind: 'written', teams: [] });
    expect((await members().find(again.member.scimId as string))?.id).toBe(member.id);
    expect(await rows('member_keys', 'member_id', member.id)).toHaveLength(1);
  });
});

describe('A tenant is walled off by the database', () => {
  it('another tenant finds nothing under the same id', async () => {
    const { member, event } = born('wall');
    await members().insert(member, event);
    expect(await members(uuid()).findStored(member.scimId as string)).toBeUndefined();
  });

  it('a statement cannot be made without binding its tenant', () => {
    expect(() => tenantStatement('naked', ' select * from members')).toThrow('does not bind');
  });

  it('and a statement that names no tenant at all still sees one tenant only', async () => {
    const naked = tenantStatement(undefined, ` select count(*)::int as n from members where ${BOUND}`);
    expect(await session(uuid()).run(naked)).toEqual([{ n: 0 }]);
    expect(await session().run(naked)).not.toEqual([{ n: 0 }]);
  });

  it('the setting does not stay behind on a pooled connection', async () => {
    await members().findStored(uuid());
    const left = { kind: 'tenant', text: `select count(*)::int as n from members`, parameters: [] } as const;
    for (let i = 0; i < 25; i++) expect(await session().run(left)).toEqual([{ n: 0 }]);
  });
});
