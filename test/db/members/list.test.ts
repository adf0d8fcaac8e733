import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { remove } from '../../../src/domain/member.js';
import type { Position } from '../../../src/persistence/list-order.js';
import { MemberList, type MemberQuery } from '../../../src/persistence/member-list.js';
import { MembersRepository } from '../../../src/persistence/members.repository.js';
import { findAttribute, UserType } from '../../../src/scim/index.js';
import { storeMembers } from '../../support/stored-members.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const HOUR = 3_600_000;
const STORED = 2600;

let space: Workspace;
let ids: string[];

beforeAll(async () => {
  space = await openWorkspace();
  const start = Date.now() - HOUR;
  const members = Array.from({ length: STORED }, (_, n) => {
    const at = new Date(start + n).toISOString();
    const nickName = n % 5 === 0 ? {} : { nickName: `nick-${n % 7}` };
    const resource = { schemas: [UserType.schema.id], userName: `user-${n}`, title: `T${n % 3}`, ...nickName };
    return { scimId: uuid({ msecs: start + n }), resource, createdAt: at, updatedAt: at };
  });
  await storeMembers(space, members);
  ids = members.map(({ scimId }) => scimId);
});
afterAll(() => space.close());

const list = () => new MemberList(space.work.forTenant(space.tenantId));
const page = (query: Partial<MemberQuery>) =>
  list().page({ from: { offset: 0 }, limit: 100, hideUnlinked: false, ...query });
const idsOf = async (query: Partial<MemberQuery>) => (await page(query)).users.map(({ scimId }) => scimId);
const sortBy = (path: string, descending = false) => ({ by: findAttribute(UserType, path)!, descending });

async function walk(query: Partial<MemberQuery>): Promise<string[]> {
  const seen: string[] = [];
  let after: Position | undefined;
  do {
    const { users, next } = await page({ ...query, from: { after } });
    seen.push(...users.map(({ scimId }) => scimId));
    after = next;
  } while (after);
  return seen;
}

async function removeMember(scimId: string): Promise<void> {
  await space.work.forTenant(space.tenantId).transaction(async (session) => {
    const members = new MembersRepository(session);
    const member = (await members.findForChange(scimId))!;
    const cause = {
      at: new Date().toISOString(),
      eventId: uuid(),
      actor: { type: 'system', id: null, connectionId: null, tokenId: null } as const,
      requestId: null,
    };
    const gone = remove(member, member.connectionId!, 'deactivate', cause);
    await members.remove(member, gone.member, gone.event, false);
  });
}

describe('A list of members', () => {
  const offsets = [0, 1, 99, 499, 500, 501, 999, 1000, 2400, 2500, 2599, 2600, 5000];

  it.each(offsets)('shows the page behind %i members before anything has settled', async (offset) => {
    expect(await idsOf({ from: { offset } })).toEqual(ids.slice(offset, offset + 100));
  });

  it('asks for settling while its tail is long, and no more after it', async () => {
    expect(await page({})).toMatchObject({ total: STORED, worthSettling: true });
    expect(await list().settle()).toBe(2500);
    expect(await list().settle()).toBe(0);
    expect(await page({})).toMatchObject({ total: STORED, worthSettling: false });
  });

  it.each(offsets)('shows the same page behind %i members from the directory of blocks', async (offset) => {
    expect(await idsOf({ from: { offset } })).toEqual(ids.slice(offset, offset + 100));
  });

  it('gives the total alone for a limit of 0', async () => {
    expect(await page({ limit: 0 })).toMatchObject({ total: STORED, users: [] });
  });

  it('is walked by position to the end, each member once', async () => {
    expect(await walk({ limit: 300 })).toEqual(ids);
  });

  it('counts removed members down, in settled blocks and in the tail', async () => {
    const gone = [ids[0]!, ids[700]!, ids[701]!, ids[2599]!];
    for (const id of gone) await removeMember(id);
    ids = ids.filter((id) => !gone.includes(id));
    expect((await page({})).total).toBe(STORED - 4);
    for (const offset of offsets) expect(await idsOf({ from: { offset } })).toEqual(ids.slice(offset, offset + 100));
  });

  it('stays exact while members are removed and blocks settled at the same time', async () => {
    const victims = ids.filter((_, n) => n % 9 === 0);
    await space.work.forTenant(space.tenantId).run({ kind: 'tenant', ...emptyDirectory });
    const settling = (async () => {
      for (let round = 0; round < 6; round++) await list().settle();
    })();
    await Promise.all([settling, ...victims.map(removeMember)]);
    ids = ids.filter((id) => !victims.includes(id));
    await list().settle();
    expect((await page({})).total).toBe(ids.length);
    for (const offset of offsets) expect(await idsOf({ from: { offset } })).toEqual(ids.slice(offset, offset + 100));
  });

  const emptyDirectory = {
    text: `delete from member_blocks
      where tenant_id = $1::uuid and (select set_config('muster.tenant', $1::text, true)) = $1::text`,
    parameters: ['tenant'],
  };
});

describe('A sorted list of members', () => {
  it.each([
    ['userName', false],
    ['nickName', false],
    ['nickName', true],
    ['meta.created', true],
    ['active', false],
  ])('by %s (descending: %s) is the same by offset and by position, each member once', async (path, descending) => {
    const sort = sortBy(path, descending);
    const byOffset: string[] = [];
    for (let offset = 0; offset < ids.length; offset += 700) {
      byOffset.push(...(await idsOf({ sort, from: { offset }, limit: 700 })));
    }
    expect(await walk({ sort, limit: 700 })).toEqual(byOffset);
    expect([...byOffset].sort()).toEqual([...ids].sort());
  });

  it('shows members without the attribute last ascending and first descending', async () => {
    const nickOf = async (descending: boolean) =>
      (await page({ sort: sortBy('nickName', descending), limit: 1 })).users.map(
        ({ json }) => (JSON.parse(json) as { nickName?: string }).nickName,
      );
    expect(await nickOf(false)).toEqual(['nick-0']);
    expect(await nickOf(true)).toEqual([undefined]);
  });
});
