import type { AuditEventType } from '../../domain/domain-event.js';
import type { EventDescription } from './event-description.js';
import { anything, oneOf, record, text, wholeNumber } from './json-schema.js';

const query = anything('What was asked for.');

export const AUDIT_EVENTS: Readonly<Record<AuditEventType, EventDescription>> = {
  'audit.read': {
    title: 'Audit log read',
    description: 'Somebody searched the audit log.',
    subjectType: 'tenant',
    data: record({ query }),
    example: { query: { type: 'member.deactivated' } },
  },
  'audit.exported': {
    title: 'Audit log exported',
    description: 'Somebody took the audit log away as a file.',
    subjectType: 'tenant',
    data: record({ query }),
    example: { query: { format: 'jsonl', from: 1 } },
  },
  'auth.failed': {
    title: 'Access token refused',
    description:
      'A token that was good once was tried; told once a minute for each token, with the number of attempts.',
    subjectType: 'token',
    data: record({
      reason: oneOf(
        ['expired', 'revoked', 'tenant_suspended', 'connection_disabled', 'address_not_allowed'],
        'Why it was refused.',
      ),
      address: text('Where it was sent from, the last time.'),
      attempts: wholeNumber('How often it was since it was told of before.'),
    }),
    example: { reason: 'expired', address: '203.0.113.7', attempts: 1 },
  },
  'auth.client_failed': {
    title: 'Client refused',
    description:
      'A client that the token endpoint knows got no access token; told once a minute for each client, with the number of attempts.',
    subjectType: 'service_account',
    data: record({
      reason: oneOf(
        [
          'wrong_secret',
          'secret_expired',
          'secret_revoked',
          'wrong_assertion',
          'assertion_replayed',
          'tenant_suspended',
          'connection_disabled',
          'address_not_allowed',
        ],
        'Why it was refused, the last time.',
      ),
      address: text('Where it asked from, the last time.'),
      attempts: wholeNumber('How often it was since it was told of before.'),
    }),
    example: { reason: 'secret_expired', address: '203.0.113.7', attempts: 1 },
  },
};
