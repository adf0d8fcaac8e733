import { describe, expect, it } from '@jest/globals';
import {
  type Cause,
  type Difference,
  type Member,
  type MemberResource,
  provision,
  remove,
  restore,
  revise,
} from '../../../src/domain/member.js';
import { kindThrownBy } from '../../support/refusals.js';

const CONNECTION = 'connection-1';
const CAUSE: Cause = {
  at: '2026-01-15T10:00:00.000Z',
  eventId: 'event',
  actor: { type: 'service_account', id: 'okta', connectionId: CONNECTION, tokenId: 'token' },
  requestId: 'request',
};
const RESOURCE: MemberResource = { userName: 'kim@example.com', externalId: 'e-1', title: 'Engineer' };
const NOTHING: Difference = { changed: [], before: {}, after: {} };
const TITLE: Difference = { changed: ['title'], before: { title: 'Engineer' }, after: { title: 'Lead' } };

function member(more: Partial<Member> = {}): Member {
  const { member: made } = provision({ id: 'kim', scimId: 'scim-kim' }, CONNECTION, RESOURCE, {
    ...CAUSE,
    at: '2026-01-01T00:00:00.000Z',
  });
  return { ...made, version: 3, ...more };
}

describe('A new member', () => {
  it('is active, belongs to the connection and has the first version', () => {
    const { member: made, event } = provision({ id: 'kim', scimId: 'scim-kim' }, CONNECTION, RESOURCE, CAUSE);
    expect(made).toEqual({
      id: 'kim',
      scimId: 'scim-kim',
      connectionId: CONNECTION,
      externalId: 'e-1',
      userName: 'kim@example.com',
      active: true,
      breakGlass: false,
      awaitsIdp: false,
      resource: RESOURCE,
      version: 1,
      createdAt: CAUSE.at,
      updatedAt: CAUSE.at,
      teams: [],
    });
    expect(event).toMatchObject({ type: 'member.provisioned', subjectId: 'kim', data: { scimId: 'scim-kim' } });
  });

  it('is inactive when the resource says so', () => {
    const ids = { id: 'kim', scimId: 'scim-kim' };
    expect(provision(ids, CONNECTION, { ...RESOURCE, active: false }, CAUSE).member.active).toBe(false);
  });
});

describe('A revision', () => {
  it('that changes nothing has no event and no new version', () => {
    const before = member();
    expect(revise(before, CONNECTION, RESOURCE, NOTHING, CAUSE)).toEqual({ member: before });
  });

  it('that changes an attribute counts the version and says what changed', () => {
    const { member: after, event } = revise(member(), CONNECTION, { ...RESOURCE, title: 'Lead' }, TITLE, CAUSE);
    expect(after).toMatchObject({ version: 4, updatedAt: CAUSE.at, createdAt: '2026-01-01T00:00:00.000Z' });
    expect(event).toMatchObject({ type: 'member.updated', data: TITLE });
  });

  it.each([
    [true, false, 'member.deactivated'],
    [false, true, 'member.reactivated'],
    [false, false, 'member.updated'],
  ] as const)('from active %s to %s is %s', (from, to, type) => {
    const resource = { ...RESOURCE, active: to };
    expect(revise(member({ active: from }), CONNECTION, resource, TITLE, CAUSE).event?.type).toBe(type);
  });

  it('of an unlinked member links it, even when nothing else changes', () => {
    const { member: after, event } = revise(member({ connectionId: null }), CONNECTION, RESOURCE, NOTHING, CAUSE);
    expect(after).toMatchObject({ connectionId: CONNECTION, version: 4, awaitsIdp: false });
    expect(event).toMatchObject({
      type: 'member.linked',
      data: { changed: ['connectionId'], after: { connectionId: CONNECTION } },
    });
  });

  it.each([
    ['of a break-glass member', { breakGlass: true }],
    ['of a member of another connection', { connectionId: 'connection-2' }],
  ] as const)('%s is refused, and so is its removal', (_who, more) => {
    expect(kindThrownBy(() => revise(member(more), CONNECTION, RESOURCE, TITLE, CAUSE))).toBe('protected');
    expect(kindThrownBy(() => remove(member(more), CONNECTION, 'deactivate', CAUSE))).toBe('protected');
  });
});

describe('A removal', () => {
  it('takes the SCIM id and the access, and keeps the person', () => {
    const { member: removed, event } = remove(member(), CONNECTION, 'deactivate', CAUSE);
    expect(removed).toMatchObject({ id: 'kim', scimId: null, active: false, userName: 'kim@example.com', version: 4 });
    expect(removed.resource).toEqual({ ...RESOURCE, active: false });
    expect(event).toMatchObject({
      type: 'member.removed',
      data: { scimId: 'scim-kim', changed: ['active'], before: { active: true }, after: { active: false } },
    });
  });

  it('that erases keeps no personal data, in the member and in the event', () => {
    const { member: removed, event } = remove(member(), CONNECTION, 'erase', CAUSE);
    expect(removed).toMatchObject({ externalId: null, userName: '', resource: {}, scimId: null, active: false });
    expect(event.data).toEqual({ scimId: 'scim-kim', reason: 'erased' });
    expect(JSON.stringify({ removed, event })).not.toMatch(/kim@example\.com|Engineer|e-1/);
  });

  it('of an unlinked member links it, so that the same connection can bring it back', () => {
    expect(remove(member({ connectionId: null }), CONNECTION, 'deactivate', CAUSE).member.connectionId).toBe(
      CONNECTION,
    );
  });
});

describe('A restore', () => {
  it('is the same account under a new SCIM id', () => {
    const { member: removed } = remove(member(), CONNECTION, 'deactivate', CAUSE);
    const { member: back, event } = restore(removed, 'scim-new', RESOURCE, TITLE, CAUSE);
    expect(back).toMatchObject({ id: 'kim', scimId: 'scim-new', active: true, version: 5, createdAt: CAUSE.at });
    expect(event).toMatchObject({ type: 'member.reactivated', data: { reason: 'restored', scimId: 'scim-new' } });
  });
});
