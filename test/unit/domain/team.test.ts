import { describe, expect, it } from '@jest/globals';
import type { Cause } from '../../../src/domain/member.js';
import {
  create,
  describe as describeTeam,
  membershipChanged,
  remove,
  type TeamAttributes,
} from '../../../src/domain/team.js';

const CAUSE: Cause = {
  at: '2026-01-15T10:00:00.000Z',
  eventId: 'event',
  actor: { type: 'service_account', id: 'account', connectionId: 'idp', tokenId: 'token' },
  requestId: 'r-1',
};
const TOLD = {
  id: 'event',
  occurredAt: CAUSE.at,
  actor: CAUSE.actor,
  requestId: 'r-1',
  subjectType: 'team',
  subjectId: 'team',
};

const { team, event } = create('team', 'idp', { displayName: 'North', externalId: 'x-1' }, CAUSE);

describe('A team', () => {
  it('is born in its first version, and told with what is known of it', () => {
    expect(team).toEqual({
      id: 'team',
      connectionId: 'idp',
      displayName: 'North',
      externalId: 'x-1',
      version: 1,
      createdAt: CAUSE.at,
      updatedAt: CAUSE.at,
    });
    expect(event).toEqual({
      ...TOLD,
      type: 'team.created',
      data: { after: { displayName: 'North', externalId: 'x-1' } },
    });
  });

  it.each<[string, TeamAttributes, string, object]>([
    [
      'a new name',
      { displayName: 'South', externalId: 'x-1' },
      'team.renamed',
      { changed: ['displayName'], before: { displayName: 'North' }, after: { displayName: 'South' } },
    ],
    [
      'another letter case',
      { displayName: 'NORTH', externalId: 'x-1' },
      'team.renamed',
      { changed: ['displayName'], before: { displayName: 'North' }, after: { displayName: 'NORTH' } },
    ],
    [
      'another externalId',
      { displayName: 'North', externalId: 'x-2' },
      'team.updated',
      { changed: ['externalId'], before: { externalId: 'x-1' }, after: { externalId: 'x-2' } },
    ],
    [
      'no externalId any more',
      { displayName: 'North', externalId: null },
      'team.updated',
      { changed: ['externalId'], before: { externalId: 'x-1' }, after: {} },
    ],
    [
      'both',
      { displayName: 'South', externalId: 'x-2' },
      'team.renamed',
      {
        changed: ['displayName', 'externalId'],
        before: { displayName: 'North', externalId: 'x-1' },
        after: { displayName: 'South', externalId: 'x-2' },
      },
    ],
  ])('tells what differs and nothing else: %s', (_what, attributes, type, data) => {
    expect(describeTeam(team, attributes, CAUSE)).toEqual({ ...TOLD, type, data });
  });

  it('tells nothing when nothing differs', () => {
    expect(describeTeam(team, { displayName: 'North', externalId: 'x-1' }, CAUSE)).toBeUndefined();
  });

  it('is told with its last name when it is removed', () => {
    expect(remove(team, CAUSE)).toEqual({
      ...TOLD,
      type: 'team.removed',
      data: { before: { displayName: 'North', externalId: 'x-1' } },
    });
    expect(remove({ ...team, externalId: null }, CAUSE).data).toEqual({ before: { displayName: 'North' } });
  });

  it('leaves who joined and left to the database, which alone knows', () => {
    expect(membershipChanged('team', CAUSE)).toEqual({ ...TOLD, type: 'team.membership_changed', data: {} });
  });
});
