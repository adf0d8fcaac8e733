import { describe, expect, it } from '@jest/globals';
import { admit } from '../../../src/domain/admission.js';
import { expiresAt, statusOf } from '../../../src/domain/adoption-review.js';
import { DomainException } from '../../../src/domain/domain-error.js';
import { IDP_PROFILES } from '../../../src/domain/idp-profile.js';
import type { Cause, Member } from '../../../src/domain/member.js';
import {
  type Account,
  erase,
  link,
  setActive,
  setBreakGlass,
  setExternalId,
  unlink,
} from '../../../src/domain/member-admin.js';

const CAUSE: Cause = {
  at: '2026-01-15T10:00:00.000Z',
  eventId: 'event',
  actor: { type: 'operator', id: null, connectionId: null, tokenId: null },
  requestId: null,
};
const KIM: Member = {
  id: 'kim',
  scimId: 'scim-kim',
  connectionId: null,
  externalId: null,
  userName: 'kim@example.com',
  active: true,
  breakGlass: false,
  awaitsIdp: false,
  resource: { userName: 'kim@example.com', active: true },
  version: 3,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-02T00:00:00.000Z',
  teams: [],
};
const unlinked = (more: Partial<Member> = {}): Account => ({ member: { ...KIM, ...more }, manager: null });
const linked = (more: Partial<Member> = {}): Account => ({
  member: {
    ...KIM,
    connectionId: 'okta',
    externalId: 'x-1',
    resource: { ...KIM.resource, externalId: 'x-1' },
    ...more,
  },
  manager: { id: 'okta', name: 'Okta' },
});
const toOkta = { connectionId: 'okta', externalId: 'x-1' };

describe('What an admin does to a member', () => {
  it.each<[string, () => { member: Member; event?: unknown }]>([
    ['is linked', () => link(linked(), toOkta, CAUSE)],
    ['is unlinked', () => unlink(unlinked(), CAUSE)],
    ['is active', () => setActive(linked(), true, false, CAUSE)],
    ['is called so', () => setExternalId(linked(), 'x-1', CAUSE)],
    ['is not protected', () => setBreakGlass(linked(), false, CAUSE)],
  ])('who %s already is nothing: no version, no event', (_what, change) => {
    const { member, event } = change();
    expect([member.version, event]).toEqual([3, undefined]);
  });

  it('keeps the resource and what is indexed beside it in step', () => {
    const { member } = link(unlinked(), toOkta, CAUSE);
    expect(member).toMatchObject({ ...toOkta, awaitsIdp: true, version: 4, updatedAt: CAUSE.at });
    expect(member.resource).toEqual({ ...KIM.resource, externalId: 'x-1' });
    const released = unlink({ ...linked(), member }, CAUSE).member;
    expect(released).toMatchObject({ connectionId: null, externalId: null, awaitsIdp: false, resource: KIM.resource });
    expect(released.resource).not.toHaveProperty('externalId');
    const ended = setActive(unlinked(), false, false, CAUSE).member;
    expect([ended.active, ended.resource.active]).toEqual([false, false]);
  });

  const removed = { scimId: null };
  const protectedOne = { breakGlass: true };
  it.each<[string, () => unknown]>([
    ['link to another connection', () => link(linked(), { ...toOkta, connectionId: 'entra' }, CAUSE)],
    ['link with another externalId', () => link(linked(), { ...toOkta, externalId: 'x-2' }, CAUSE)],
    ['link who is protected', () => link(unlinked(protectedOne), toOkta, CAUSE)],
    ['link who was removed', () => link(linked(removed), toOkta, CAUSE)],
    ['unlink who was removed', () => unlink(linked(removed), CAUSE)],
    ['deactivate who is managed', () => setActive(linked(), false, false, CAUSE)],
    ['reactivate who was removed', () => setActive(unlinked({ ...removed, active: false }), true, true, CAUSE)],
    ['call who is not managed', () => setExternalId(unlinked(), 'x-1', CAUSE)],
    ['call who was removed', () => setExternalId(linked(removed), 'x-2', CAUSE)],
    ['protect who is managed', () => setBreakGlass(linked(), true, CAUSE)],
    ['protect who was removed', () => setBreakGlass(unlinked(removed), true, CAUSE)],
    ['erase who is protected', () => erase(unlinked(protectedOne), CAUSE)],
  ])('is not: to %s', (_what, change) => {
    expect(change).toThrow(DomainException);
  });

  it('erases who was removed as well as who was not', () => {
    for (const account of [linked(), linked(removed), unlinked()]) {
      const { member, event } = erase(account, CAUSE);
      expect(member).toMatchObject({ scimId: null, userName: '', externalId: null, active: false, resource: {} });
      expect(event).toMatchObject({
        type: 'member.removed',
        data: { scimId: account.member.scimId, reason: 'erased' },
      });
    }
  });
});

describe('A POST for whom an admin linked', () => {
  const okta = { id: 'okta', profile: IDP_PROFILES.generic };
  const { member } = link(unlinked(), { connectionId: 'okta', externalId: null }, CAUSE);
  const admitted = (candidate: Member, more: object = {}) =>
    admit({ userName: 'kim@example.com', ...more }, okta, { adoptionPolicy: 'conflict' }, { byUserName: candidate });

  it('finds the person whatever the policy, until the connection has written', () => {
    expect(admitted(member, { externalId: 'x-1' })).toEqual({ kind: 'reactivate', member });
    expect(admitted({ ...member, awaitsIdp: false })).toMatchObject({ kind: 'conflict' });
  });

  it('is somebody else with another externalId than the admin said', () => {
    const called = { ...member, externalId: 'x-1' };
    expect(admitted(called, { externalId: 'x-1' }).kind).toBe('reactivate');
    expect(admitted(called, { externalId: 'x-2' }).kind).toBe('conflict');
    expect(admitted(called).kind).toBe('conflict');
  });

  it('is not found by another connection', () => {
    expect(admitted({ ...member, connectionId: 'entra' }).kind).toBe('conflict');
  });
});

describe('A review', () => {
  const lastRequestedAt = '2026-01-01T00:00:00.000Z';
  const at = (text: string) => new Date(text);

  it('is open for thirty days after the last request, unless it was decided', () => {
    expect(expiresAt({ lastRequestedAt })).toBe('2026-01-31T00:00:00.000Z');
    const open = { decision: null, lastRequestedAt };
    expect(statusOf(open, at('2026-01-31T00:00:00.000Z'))).toBe('open');
    expect(statusOf(open, at('2026-01-31T00:00:00.001Z'))).toBe('expired');
    expect(statusOf({ ...open, decision: 'rejected' }, at('2027-01-01T00:00:00.000Z'))).toBe('rejected');
  });
});
