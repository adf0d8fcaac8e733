import { CLIENT_METHODS } from '../../domain/credentials.js';
import type { AccountEventType } from '../../domain/domain-event.js';
import { SCOPES } from '../../domain/service-account.js';
import type { EventDescription } from './event-description.js';
import {
  anything,
  changed,
  id,
  idOrNull,
  listOf,
  oneOf,
  record,
  text,
  textOrNull,
  time,
  wholeNumber,
} from './json-schema.js';

const scopes = listOf(oneOf(SCOPES, 'A scope.'), 'What it may do.');
const secretId = id('The secret. Its text is in no event.');
const identity = record({
  identityId: id('The identity.'),
  issuer: text('`iss` of its assertions.'),
  subject: text('`sub` of its assertions.'),
  audience: text('`aud` of its assertions.'),
});
const IDENTITY = {
  identityId: '01a20352-4462-7086-a810-28ce40c40521',
  issuer: 'https://login.example.com/acme/v2.0',
  subject: '6f1e0a52-7c1c-4f0e-9a38-0d6a5f0c9b11',
  audience: 'api://muster',
};

export const ACCOUNT_EVENTS: Readonly<Record<AccountEventType, EventDescription>> = {
  'service_account.updated': {
    title: 'Service account updated',
    description: 'Its name, scopes, allowed addresses or keys were changed.',
    subjectType: 'service_account',
    data: record({
      changed,
      before: anything('What changed, as it was; of keys their ids.'),
      after: anything('What changed, as it is; of keys their ids.'),
    }),
    example: {
      changed: ['allowedAddresses'],
      before: { allowedAddresses: [] },
      after: { allowedAddresses: ['203.0.113.0/24'] },
    },
  },
  'service_account.removed': {
    title: 'Service account removed',
    description: 'Its tokens and secrets ended with it.',
    subjectType: 'service_account',
    data: record({ before: record({ name: text('What it was called.'), scopes }) }),
    example: { before: { name: 'okta', scopes: ['members:write', 'teams:write'] } },
  },
  'service_account.secret_created': {
    title: 'Client secret created',
    description: 'The service account can get access tokens with one more secret.',
    subjectType: 'service_account',
    data: record({
      changed,
      after: record({
        secretId,
        name: text('What it is called.'),
        prefix: text('How lists show it.'),
        expiresAt: time('When it expires.'),
      }),
    }),
    example: {
      changed: ['secretId', 'name', 'prefix', 'expiresAt'],
      after: {
        secretId: '01a20352-4462-7086-a810-28ce40c40519',
        name: 'spring',
        prefix: 'muster_cs_a1b2c',
        expiresAt: '2027-11-22T12:48:24.557Z',
      },
    },
  },
  'service_account.secret_rotated': {
    title: 'Client secret rotated',
    description: 'A new secret takes the place of an old one, at once or after a time in which both are good.',
    subjectType: 'service_account',
    data: record({
      after: record({
        secretId,
        newSecretId: id('The secret that takes its place.'),
        oldExpiresAt: time('Until when the old one is good.'),
      }),
    }),
    example: {
      after: {
        secretId: '01a20352-4462-7086-a810-28ce40c40519',
        newSecretId: '01a20352-4462-7086-a810-28ce40c4051a',
        oldExpiresAt: '2026-11-23T12:48:24.557Z',
      },
    },
  },
  'service_account.secret_revoked': {
    title: 'Client secret revoked',
    description: 'The access tokens that were got with it ended as well.',
    subjectType: 'service_account',
    data: record({
      after: record({
        secretId,
        revokedAt: time('Since when it is refused.'),
        tokens: wholeNumber('How many tokens ended.'),
      }),
    }),
    example: {
      after: { secretId: '01a20352-4462-7086-a810-28ce40c40519', revokedAt: '2026-11-22T12:48:24.557Z', tokens: 1 },
    },
  },
  'service_account.identity_added': {
    title: 'Federated identity added',
    description: 'Assertions of another issuer about this subject speak for the service account.',
    subjectType: 'service_account',
    data: record({ changed, after: identity }),
    example: { changed: ['identityId', 'issuer', 'subject', 'audience'], after: IDENTITY },
  },
  'service_account.identity_removed': {
    title: 'Federated identity removed',
    description: 'Nobody gets tokens by it any more, and those that were got ended.',
    subjectType: 'service_account',
    data: record({ before: identity }),
    example: { before: IDENTITY },
  },
  'token.rotated': {
    title: 'Token rotated',
    description: 'A new token takes the place of an old one, at once or after a time in which both are good.',
    subjectType: 'token',
    data: record({
      after: record({
        newTokenId: id('The token that takes its place.'),
        oldExpiresAt: time('Until when the old one is good.'),
      }),
    }),
    example: {
      after: { newTokenId: '01a20352-4462-7086-a810-28ce40c40515', oldExpiresAt: '2026-11-23T12:48:24.557Z' },
    },
  },
  'token.issued': {
    title: 'Token issued',
    description: 'A client got an access token at the OAuth token endpoint. It is good for an hour.',
    subjectType: 'token',
    data: record({
      after: record({
        serviceAccountId: id('The client.'),
        connectionId: idOrNull('The connection it is bound to.'),
        prefix: text('How lists show it.'),
        scopes,
        expiresAt: time('When it expires.'),
        method: oneOf(CLIENT_METHODS, 'How the client proved who it is.'),
        issuedBy: idOrNull('The client secret or federated identity it was got with.'),
        assertionIssuer: textOrNull('Who signed the assertion, where there was one.'),
      }),
    }),
    example: {
      after: {
        serviceAccountId: '01a20352-4462-7086-a810-28ce40c40511',
        connectionId: '01a20352-4462-7086-a810-28ce40c40512',
        prefix: 'muster_a1b2c',
        scopes: ['members:write', 'teams:write'],
        expiresAt: '2026-11-22T13:48:24.557Z',
        method: 'client_secret_basic',
        issuedBy: '01a20352-4462-7086-a810-28ce40c40519',
        assertionIssuer: null,
      },
    },
  },
};
