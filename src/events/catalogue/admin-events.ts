import type { AdminEventType } from '../../domain/domain-event.js';
import { IDP_NAMES } from '../../domain/idp-profile.js';
import { SCOPES } from '../../domain/service-account.js';
import type { EventDescription } from './event-description.js';
import { anything, changed, id, idOrNull, type JsonSchema, listOf, oneOf, record, text, time } from './json-schema.js';

const made = (after: Readonly<Record<string, JsonSchema>>): JsonSchema => record({ changed, after: record(after) });

export const ADMIN_EVENTS: Readonly<Record<AdminEventType, EventDescription>> = {
  'tenant.created': {
    title: 'Tenant created',
    description: 'The first event of every tenant.',
    subjectType: 'tenant',
    data: made({ slug: text('The name in commands and in subjects of the broker.') }),
    example: { changed: ['slug'], after: { slug: 'acme' } },
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
  'connection.created': {
    title: 'Connection created',
    description: 'An identity provider may be connected.',
    subjectType: 'connection',
    data: made({ name: text('The name of the connection.'), idp: oneOf(IDP_NAMES, 'Its profile.') }),
    example: { changed: ['name', 'idp'], after: { name: 'okta', idp: 'okta' } },
  },
  'service_account.created': {
    title: 'Service account created',
    description: 'Somebody who can be given access tokens.',
    subjectType: 'service_account',
    data: made({
      name: text('The name of the service account.'),
      scopes: listOf(oneOf(SCOPES, 'A scope.'), 'What it may do.'),
    }),
    example: { changed: ['name', 'scopes'], after: { name: 'okta', scopes: ['members:write', 'teams:write'] } },
  },
  'token.created': {
    title: 'Token created',
    description: 'An access token was handed out. The token itself is in no event.',
    subjectType: 'token',
    data: made({
      serviceAccountId: id('Whose token it is.'),
      connectionId: idOrNull('The connection it is bound to.'),
      prefix: text('How lists show it.'),
      expiresAt: time('When it expires.'),
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
