import { UNKNOWN_MEMBERS } from '../../domain/connection.js';
import type { AdminEventType } from '../../domain/domain-event.js';
import { IDP_NAMES } from '../../domain/idp-profile.js';
import { SCOPES } from '../../domain/service-account.js';
import type { EventDescription } from './event-description.js';
import {
  anything,
  changed,
  id,
  idOrNull,
  type JsonSchema,
  listOf,
  oneOf,
  record,
  text,
  time,
  wholeNumber,
} from './json-schema.js';

const made = (after: Readonly<Record<string, JsonSchema>>): JsonSchema => record({ changed, after: record(after) });
const was = (before: Readonly<Record<string, JsonSchema>>): JsonSchema => record({ before: record(before) });
const switched = (values: readonly string[]): JsonSchema => {
  const status = record({ status: oneOf(values, 'Whether its tokens are taken.') });
  return record({ changed, before: status, after: status });
};
const switching = (before: string, after: string) => ({
  changed: ['status'],
  before: { status: before },
  after: { status: after },
});

const TENANT_STATUSES = ['active', 'suspended'];
const CONNECTION_STATUSES = ['enabled', 'disabled'];
const connection = { name: text('The name of the connection.'), idp: oneOf(IDP_NAMES, 'Its profile.') };
const connectionSettings = {
  ...connection,
  unknownMembers: {
    type: ['string', 'null'],
    enum: [...UNKNOWN_MEMBERS, null],
    description: 'What becomes of members of a group that no user has; null: as the profile has it.',
  },
};

export const ADMIN_EVENTS: Readonly<Record<AdminEventType, EventDescription>> = {
  'tenant.created': {
    title: 'Tenant created',
    description: 'The first event of every tenant.',
    subjectType: 'tenant',
    data: record({
      changed,
      after: record(
        { slug: text('The name in commands and in subjects of the broker.') },
        { name: text('The name for people.'), settings: anything('The settings that are not as by default.') },
      ),
    }),
    example: { changed: ['slug', 'name'], after: { slug: 'acme', name: 'Acme' } },
  },
  'tenant.renamed': {
    title: 'Tenant renamed',
    description: 'The name for people changed; the slug stays for life.',
    subjectType: 'tenant',
    data: record({
      changed,
      before: record({ name: text('As it was.') }),
      after: record({ name: text('As it is.') }),
    }),
    example: { changed: ['name'], before: { name: 'Acme' }, after: { name: 'Acme Rockets' } },
  },
  'tenant.settings_changed': {
    title: 'Tenant settings changed',
    description: 'An admin decided a policy of the tenant anew.',
    subjectType: 'tenant',
    data: record({
      changed,
      before: anything('The changed settings as they were.'),
      after: anything('The changed settings as they are.'),
    }),
    example: { changed: ['notifications'], before: { notifications: false }, after: { notifications: true } },
  },
  'tenant.limits_changed': {
    title: 'Tenant limits changed',
    description: 'An operator set limits of the tenant to other values.',
    subjectType: 'tenant',
    data: record({
      changed,
      before: anything('The changed limits as they were; null: the default.'),
      after: anything('The changed limits as they are; null: the default.'),
    }),
    example: { changed: ['requestsPerSecond'], before: { requestsPerSecond: null }, after: { requestsPerSecond: 200 } },
  },
  'tenant.mails_limited': {
    title: 'E-mails limited',
    description:
      'The tenant reached a limit of e-mails. Held e-mails are sent when the tenant is below the limit again; this is told once an hour. Dropped e-mails are not sent.',
    subjectType: 'tenant',
    data: record({
      after: record(
        { outcome: oneOf(['held', 'dropped'], 'What happens to the e-mails over the limit.') },
        { mails: wholeNumber('How many e-mails were dropped.') },
      ),
    }),
    example: { after: { outcome: 'held' } },
  },
  'tenant.suspended': {
    title: 'Tenant suspended',
    description: 'From now on all its tokens are refused; what it has stays.',
    subjectType: 'tenant',
    data: switched(TENANT_STATUSES),
    example: switching('active', 'suspended'),
  },
  'tenant.resumed': {
    title: 'Tenant resumed',
    description: 'It is suspended no longer: all its tokens that have not expired are taken again.',
    subjectType: 'tenant',
    data: switched(TENANT_STATUSES),
    example: switching('suspended', 'active'),
  },
  'tenant.removal_requested': {
    title: 'Tenant removal requested',
    description: 'Somebody asked for the removal and was given the code that confirms it.',
    subjectType: 'tenant',
    data: made({ expiresAt: time('Until when the code is good.') }),
    example: { changed: ['expiresAt'], after: { expiresAt: '2026-11-22T13:03:24.557Z' } },
  },
  'tenant.removed': {
    title: 'Tenant removed',
    description: 'The last event of a tenant: its tokens are dead, and its data goes a while after.',
    subjectType: 'tenant',
    data: was({ slug: text('The slug.'), name: text('The name for people.') }),
    example: { before: { slug: 'acme', name: 'Acme' } },
  },
  'connection.created': {
    title: 'Connection created',
    description: 'An identity provider may be connected.',
    subjectType: 'connection',
    data: record({ changed, after: record(connection, connectionSettings) }),
    example: { changed: ['name', 'idp'], after: { name: 'okta', idp: 'okta' } },
  },
  'connection.updated': {
    title: 'Connection updated',
    description: 'It has another name or another profile.',
    subjectType: 'connection',
    data: record({
      changed,
      before: record({}, connectionSettings, 'What changed, as it was.'),
      after: record({}, connectionSettings, 'What changed, as it is.'),
    }),
    example: { changed: ['idp'], before: { idp: 'okta' }, after: { idp: 'okta-custom' } },
  },
  'connection.enabled': {
    title: 'Connection enabled',
    description: 'Its tokens are taken again.',
    subjectType: 'connection',
    data: switched(CONNECTION_STATUSES),
    example: switching('disabled', 'enabled'),
  },
  'connection.disabled': {
    title: 'Connection disabled',
    description: 'From now on its tokens are refused; whom it manages stays as they are.',
    subjectType: 'connection',
    data: switched(CONNECTION_STATUSES),
    example: switching('enabled', 'disabled'),
  },
  'connection.removed': {
    title: 'Connection removed',
    description: 'It manages nobody any more; what became of its members is told by events of theirs.',
    subjectType: 'connection',
    data: was(connection),
    example: { before: { name: 'okta', idp: 'okta' } },
  },
  'service_account.created': {
    title: 'Service account created',
    description: 'Somebody who can be given access tokens.',
    subjectType: 'service_account',
    data: record({
      changed,
      after: record(
        {
          name: text('The name of the service account.'),
          scopes: listOf(oneOf(SCOPES, 'A scope.'), 'What it may do.'),
        },
        {
          connectionId: idOrNull('The connection its tokens speak for.'),
          allowedAddresses: listOf(text('An address or a network.'), 'Where its tokens may be used; none: anywhere.'),
        },
      ),
    }),
    example: { changed: ['name', 'scopes'], after: { name: 'okta', scopes: ['members:write', 'teams:write'] } },
  },
  'token.created': {
    title: 'Token created',
    description: 'An access token was handed out. The token itself is in no event.',
    subjectType: 'token',
    data: record({
      changed,
      after: record(
        {
          serviceAccountId: id('Whose token it is.'),
          connectionId: idOrNull('The connection it is bound to.'),
          prefix: text('How lists show it.'),
          expiresAt: time('When it expires.'),
        },
        {
          name: text('What it is called.'),
          scopes: listOf(oneOf(SCOPES, 'A scope.'), 'What it may do; absent: what its service account may.'),
        },
      ),
    }),
    example: {
      changed: ['serviceAccountId', 'connectionId', 'prefix', 'expiresAt'],
      after: {
        serviceAccountId: '01a20352-4462-7086-a810-28ce40c40511',
        connectionId: '01a20352-4462-7086-a810-28ce40c40512',
        prefix: 'muster_a1b2c3',
        expiresAt: '2027-11-22T12:48:24.557Z',
      },
    },
  },
  'token.revoked': {
    title: 'Token revoked',
    description: 'An access token was ended before its time.',
    subjectType: 'token',
    data: made({ revokedAt: time('Since when it is refused.') }),
    example: { changed: ['revokedAt'], after: { revokedAt: '2026-11-22T12:48:24.557Z' } },
  },
};
