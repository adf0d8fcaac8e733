import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../../../src/config/limits.js';
import type { Member } from '../../../src/domain/member.js';
import { RecentMembers } from '../../../src/users/recent-members.js';
import { FixedClock } from '../../support/fixed-clock.js';

const member = (scimId: string | null, version = 1): Member => ({
  id: 'account',
  scimId,
  connectionId: 'connection',
  externalId: null,
  userName: 'kim',
  active: true,
  breakGlass: false,
  awaitsIdp: false,
  resource: { userName: 'kim' },
  version,
  createdAt: '2026-11-28T00:00:00.000Z',
  updatedAt: '2026-11-28T00:00:00.000Z',
  teams: [],
});

describe('Members as they were last written', () => {
  it('are found by tenant and SCIM id, in any case of its letters', () => {
    const recent = new RecentMembers(new FixedClock());
    recent.note('acme', member('aa-1', 2));
    expect(recent.find('acme', 'AA-1')?.version).toBe(2);
    expect(recent.find('other', 'aa-1')).toBeUndefined();
  });

  it('are forgotten after a minute, and at once when told', () => {
    const clock = new FixedClock();
    const recent = new RecentMembers(clock);
    recent.note('acme', member('aa-1'));
    recent.note('acme', member('aa-2'));
    recent.forget('acme', 'AA-2');
    expect(recent.find('acme', 'aa-2')).toBeUndefined();
    clock.advance(59_999);
    expect(recent.find('acme', 'aa-1')).toBeDefined();
    clock.advance(1);
    expect(recent.find('acme', 'aa-1')).toBeUndefined();
  });

  it('are swept out when they are of no more use, so that no personal data stays behind', () => {
    const clock = new FixedClock();
    const recent = new RecentMembers(clock);
    recent.note('acme', member('aa-1'));
    recent.note('acme', member('aa-2'));
    clock.advance(30_000);
    recent.note('acme', member('aa-1', 2));
    clock.advance(30_000);
    expect(recent.sweep()).toBe(1);
    expect(recent.find('acme', 'aa-1')?.version).toBe(2);
    clock.advance(30_000);
    expect(recent.sweep()).toBe(0);
  });

  it('take no more bytes than the share of their tenant: 450 members of 5 MB leave one behind, and no other tenant loses any', () => {
    const recent = new RecentMembers(new FixedClock());
    recent.note('victim', member('small'));
    for (let number = 0; number < 450; number++) {
      recent.note('acme', { ...member(`m-${number}`), resource: { userName: 'kim', title: 't'.repeat(5_000_000) } });
    }
    expect(recent.find('acme', 'm-449')).toBeDefined();
    expect(recent.find('acme', 'm-448')).toBeUndefined();
    expect(recent.bytes).toBeLessThanOrEqual(LIMITS.recentMembersTenantBytes.value + 8192);
    expect(recent.find('victim', 'small')).toBeDefined();
  });

  it('of usual size stay by the thousand', () => {
    const recent = new RecentMembers(new FixedClock());
    const resource = { userName: 'kim', title: 't'.repeat(600) };
    for (let number = 0; number < 5000; number++) recent.note('acme', { ...member(`m-${number}`), resource });
    expect(recent.find('acme', 'm-0')).toBeDefined();
  });

  it('are not kept once they have left the wire', () => {
    const recent = new RecentMembers(new FixedClock());
    recent.note('acme', member(null));
    expect(recent.find('acme', 'null')).toBeUndefined();
  });
});
