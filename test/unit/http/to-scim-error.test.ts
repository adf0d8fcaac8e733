import { describe, expect, it } from '@jest/globals';
import type { DomainError } from '../../../src/domain/domain-error.js';
import { toScimError } from '../../../src/http/to-scim-error.js';

const CASES: readonly (readonly [DomainError, number, string | undefined, RegExp])[] = [
  [{ kind: 'notFound', resource: 'User', id: '7' }, 404, undefined, /^User 7 not found\.$/],
  [{ kind: 'conflict', attribute: 'userName' }, 409, 'uniqueness', /userName/],
  [
    { kind: 'conflict', attribute: 'externalId', detail: 'Taken by a member.' },
    409,
    'uniqueness',
    /^Taken by a member\.$/,
  ],
  [{ kind: 'staleVersion' }, 412, undefined, /changed/],
  [{ kind: 'invalid', attribute: 'active', detail: 'must be true or false.' }, 400, 'invalidValue', /^active: must be/],
  [{ kind: 'protected', detail: 'Not yours.' }, 403, undefined, /^Not yours\.$/],
  [{ kind: 'unavailable' }, 503, undefined, /try again/],
];

describe('what the business refuses', () => {
  it.each(CASES)('%j is said as SCIM says it', (error, status, scimType, detail) => {
    const { status: said, scimType: word, message } = toScimError(error);
    expect({ said, word }).toEqual({ said: status, word: scimType });
    expect(message).toMatch(detail);
  });

  it('is not longer than it needs to be when an id is', () => {
    expect(toScimError({ kind: 'notFound', resource: 'User', id: 'x'.repeat(10_000) }).message.length).toBeLessThan(
      200,
    );
  });
});
