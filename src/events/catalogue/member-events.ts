import type { MemberEventType } from '../../domain/domain-event.js';
import type { EventDescription } from './event-description.js';
import { always, anything, changed, id, idOrNull, oneOf, record } from './json-schema.js';

const scimId = idOrNull('The id of the User on the wire after the change; null when there is none.');
const before = anything('The changed attributes as they were; what had no value is absent.');
const after = anything('The changed attributes as they are; what has no value is absent.');
const difference = record({ scimId, changed, before, after });
const override = 'An admin was faster than the identity provider, whose next word about `active` counts.';
const review = record({
  scimId,
  connectionId: id('The connection that asks.'),
  reviewId: id('The review of its request.'),
});

const SCIM_ID = '01a20352-4462-7086-a810-28ce40c404e6';
const CONNECTION_ID = '01a20352-4462-7086-a810-28ce40c40512';
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
    data: record({ scimId, changed, before, after }, { reason: always('override', override) }),
    example: deactivated,
  },
  'member.reactivated': {
    title: 'Member reactivated',
    description: '`active` became true again, or a removed member came back under a new SCIM id.',
    subjectType: 'member',
    data: record(
      { scimId, changed, before, after },
      {
        reason: oneOf(
          ['restored', 'override'],
          `\`restored\`: the member had been removed; the SCIM id is new. \`override\`: ${override}`,
        ),
      },
    ),
    example: { ...reactivated, reason: 'restored' },
  },
  'member.removed': {
    title: 'Member removed',
    description:
      'Gone for the identity provider, by SCIM DELETE. The member stays inactive, or is erased, by policy or by an admin.',
    subjectType: 'member',
    data: record(
      { scimId: idOrNull('The id that the User had on the wire.') },
      { changed, before, after, reason: always('erased', 'Personal data is gone; a tombstone stays.') },
    ),
    example: deactivated,
  },
  'member.linked': {
    title: 'Member linked',
    description: 'A connection manages a member now whom none had managed: it adopted it, or an admin linked it.',
    subjectType: 'member',
    data: record(
      { scimId, changed, before, after },
      { reason: always('approved', 'An admin approved that the connection adopts the member.') },
    ),
    example: {
      scimId: SCIM_ID,
      changed: ['connectionId', 'title'],
      before: {},
      after: { connectionId: CONNECTION_ID, title: 'Engineer' },
    },
  },
  'member.unlinked': {
    title: 'Member unlinked',
    description: 'No identity provider manages the member any more, perhaps because the connection was removed.',
    subjectType: 'member',
    data: difference,
    example: {
      scimId: SCIM_ID,
      changed: ['connectionId'],
      before: { connectionId: CONNECTION_ID },
      after: {},
    },
  },
  'member.external_id_changed': {
    title: 'External id changed',
    description: 'An admin said anew what the connection calls the member.',
    subjectType: 'member',
    data: difference,
    example: {
      scimId: SCIM_ID,
      changed: ['externalId'],
      before: { externalId: '00u17' },
      after: { externalId: '00u42' },
    },
  },
  'member.break_glass_changed': {
    title: 'Break-glass protection changed',
    description: 'An admin put the member out of the reach of SCIM, or back into it.',
    subjectType: 'member',
    data: difference,
    example: { scimId: SCIM_ID, changed: ['breakGlass'], before: { breakGlass: false }, after: { breakGlass: true } },
  },
  'member.adoption_requested': {
    title: 'Adoption requested',
    description: 'A connection wrote to a member whom nobody manages, and the tenant wants an admin to decide.',
    subjectType: 'member',
    data: review,
    example: { scimId: SCIM_ID, connectionId: CONNECTION_ID, reviewId: '01a20352-4462-7086-a810-28ce40c40520' },
  },
  'member.adoption_rejected': {
    title: 'Adoption rejected',
    description: 'An admin decided that the connection may not adopt the member.',
    subjectType: 'member',
    data: review,
    example: { scimId: SCIM_ID, connectionId: CONNECTION_ID, reviewId: '01a20352-4462-7086-a810-28ce40c40520' },
  },
};
