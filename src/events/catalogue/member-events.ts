import type { MemberEventType } from '../../domain/domain-event.js';
import type { EventDescription } from './event-description.js';
import { always, anything, changed, idOrNull, record } from './json-schema.js';

const scimId = idOrNull('The id of the User on the wire after the change; null when there is none.');
const before = anything('The changed attributes as they were; what had no value is absent.');
const after = anything('The changed attributes as they are; what has no value is absent.');
const difference = record({ scimId, changed, before, after });

const SCIM_ID = '01a20352-4462-7086-a810-28ce40c404e6';
const deactivated = { scimId: SCIM_ID, changed: ['active'], before: { active: true }, after: { active: false } };
const reactivated = { scimId: SCIM_ID, changed: ['active'], before: { active: false }, after: { active: true } };

export const MEMBER_EVENTS: Readonly<Record<MemberEventType, EventDescription>> = {
  'member.provisioned': {
    title: 'Member provisioned',
    description: 'Somebody is new.',
    subjectType: 'member',
    data: record({ scimId, after: anything('The whole User as an identity provider described it, without its id.') }),
    example: { scimId: SCIM_ID, after: { userName: 'grace@example.com', displayName: 'Grace', active: true } },
  },
  'member.updated': {
    title: 'Member updated',
    description: 'Attributes changed, but not `active`.',
    subjectType: 'member',
    data: difference,
    example: {
      scimId: SCIM_ID,
      changed: ['title'],
      before: { title: 'Engineer' },
      after: { title: 'Principal engineer' },
    },
  },
  'member.deactivated': {
    title: 'Member deactivated',
    description: '`active` became false, perhaps with other attributes: access ends, the member stays.',
    subjectType: 'member',
    data: difference,
    example: deactivated,
  },
  'member.reactivated': {
    title: 'Member reactivated',
    description: '`active` became true again, or a removed member came back under a new SCIM id.',
    subjectType: 'member',
    data: record(
      { scimId, changed, before, after },
      { reason: always('restored', 'The member had been removed; the SCIM id is new.') },
    ),
    example: { ...reactivated, reason: 'restored' },
  },
  'member.removed': {
    title: 'Member removed',
    description: 'SCIM DELETE: gone for the identity provider. The member stays inactive, or is erased by policy.',
    subjectType: 'member',
    data: record(
      { scimId: idOrNull('The id that the User had on the wire.') },
      { changed, before, after, reason: always('erased', 'Personal data is gone; a tombstone stays.') },
    ),
    example: deactivated,
  },
  'member.linked': {
    title: 'Member linked',
    description: 'A connection adopted a member whom no identity provider had managed.',
    subjectType: 'member',
    data: difference,
    example: { scimId: SCIM_ID, changed: ['title'], before: {}, after: { title: 'Engineer' } },
  },
  'member.unlinked': {
    title: 'Member unlinked',
    description: 'No identity provider manages the member any more, perhaps because the connection was removed.',
    subjectType: 'member',
    data: difference,
    example: {
      scimId: SCIM_ID,
      changed: ['connectionId'],
      before: { connectionId: '01a20352-4462-7086-a810-28ce40c40512' },
      after: {},
    },
  },
};
