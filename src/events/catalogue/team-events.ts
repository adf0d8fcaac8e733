import type { TeamEventType } from '../../domain/domain-event.js';
import { TEAM_PERMISSIONS } from '../../domain/team-access.js';
import type { EventDescription } from './event-description.js';
import {
  always,
  changed,
  id,
  idOrNull,
  type JsonSchema,
  listOf,
  oneOf,
  record,
  text,
  wholeNumber,
} from './json-schema.js';

const displayName = text('The name of the team.');
const externalId = text('What the identity provider calls it.');
const whole = record({ displayName }, { externalId });
const part = record({}, { displayName, externalId }, 'What changed; what had no value is absent.');
const revision = record({ changed, before: part, after: part });

const people = (description: string): JsonSchema =>
  listOf(
    record({ id: id('The account.'), scimId: idOrNull('The User on the wire; null when there is none.') }),
    description,
  );

const groupId = id('The group of the link: all its members gain, change or lose the permission.');
const permission = record({ permission: oneOf(TEAM_PERMISSIONS, 'What a member of the group may do in the team.') });
const permissionChanged = listOf(always('permission', 'The only attribute of a link.'), 'What changed.');
const grants = record({ grants: listOf(text('The name of a grant.'), 'The grants.') });
const grantsChanged = listOf(always('grants', 'The grants of the team.'), 'What changed.');

const GROUP_ID = '01a20352-4462-7086-a810-28ce40c404f0';
const CONNECTION_ID = '01a20352-4462-7086-a810-28ce40c40512';
const KIM = { id: '01a20352-4462-7086-a810-28ce40c404e5', scimId: '01a20352-4462-7086-a810-28ce40c404e6' };

export const TEAM_EVENTS: Readonly<Record<TeamEventType, EventDescription>> = {
  'team.created': {
    title: 'Team created',
    description: 'A team is new; its members follow as `team.membership_changed`.',
    subjectType: 'team',
    data: record({ after: whole }),
    example: { after: { displayName: 'Platform', externalId: 'g-17' } },
  },
  'team.renamed': {
    title: 'Team renamed',
    description: 'The display name changed, perhaps with the external id.',
    subjectType: 'team',
    data: revision,
    example: {
      changed: ['displayName'],
      before: { displayName: 'Platform' },
      after: { displayName: 'Platform & tools' },
    },
  },
  'team.updated': {
    title: 'Team updated',
    description: 'Only the external id changed.',
    subjectType: 'team',
    data: revision,
    example: { changed: ['externalId'], before: { externalId: 'g-17' }, after: { externalId: 'g-18' } },
  },
  'team.removed': {
    title: 'Team removed',
    description: 'The team and its memberships are gone.',
    subjectType: 'team',
    data: record({ before: whole }),
    example: { before: { displayName: 'Platform', externalId: 'g-17' } },
  },
  'team.unlinked': {
    title: 'Team unlinked',
    description: 'The connection that managed the team was removed; the team and its memberships stay.',
    subjectType: 'team',
    data: record({
      changed,
      before: record({ connectionId: id('The connection that managed it.') }),
      after: record({}, {}, 'Nobody manages it.'),
    }),
    example: { changed: ['connectionId'], before: { connectionId: CONNECTION_ID }, after: {} },
  },
  'team.membership_changed': {
    title: 'Membership changed',
    description: 'People joined or left a team: at most 1 000 an event, a larger change is told by several.',
    subjectType: 'team',
    data: record({ added: people('Who joined.'), removed: people('Who left.') }),
    example: { added: [KIM], removed: [] },
  },
  'team.members_skipped': {
    title: 'Members skipped',
    description:
      'A write to the team named members that no user has. It was done without them, because the connection says so; the team may be unchanged.',
    subjectType: 'team',
    data: record({
      count: wholeNumber('The number of these members.'),
      members: listOf(
        text('A value that names no user.'),
        'At most 1 000 of them, as the identity provider sent them.',
      ),
    }),
    example: { count: 1, members: ['01a20352-4462-7086-a810-28ce40c40999'] },
  },
  'team.link_created': {
    title: 'Link created',
    description: 'A group now gives its members a permission in the team.',
    subjectType: 'team',
    data: record({ groupId, changed: permissionChanged, after: permission }),
    example: { groupId: GROUP_ID, changed: ['permission'], after: { permission: 'can_view' } },
  },
  'team.link_changed': {
    title: 'Link changed',
    description: 'A group gives its members another permission in the team.',
    subjectType: 'team',
    data: record({ groupId, changed: permissionChanged, before: permission, after: permission }),
    example: {
      groupId: GROUP_ID,
      changed: ['permission'],
      before: { permission: 'can_view' },
      after: { permission: 'can_edit' },
    },
  },
  'team.link_removed': {
    title: 'Link removed',
    description: 'A group no longer gives its members anything in the team.',
    subjectType: 'team',
    data: record({ groupId, changed: permissionChanged, before: permission }),
    example: { groupId: GROUP_ID, changed: ['permission'], before: { permission: 'can_edit' } },
  },
  'team.grant_added': {
    title: 'Grant added',
    description: 'The members of the team may do something more in the product.',
    subjectType: 'team',
    data: record({ changed: grantsChanged, after: grants }),
    example: { changed: ['grants'], after: { grants: ['reports:read'] } },
  },
  'team.grant_removed': {
    title: 'Grant removed',
    description: 'The members of the team may do something less in the product.',
    subjectType: 'team',
    data: record({ changed: grantsChanged, before: grants }),
    example: { changed: ['grants'], before: { grants: ['reports:read'] } },
  },
};
