import { describe, expect, it } from '@jest/globals';
import { REFUSALS } from '../../../src/http/openapi/refusals.js';
import { ACTIONS } from '../../../src/provisioning-log/actions.js';
import { type About, CAUSES, type Cause, type CauseName, causeOf } from '../../../src/provisioning-log/causes.js';
import type { ScimType } from '../../../src/scim/index.js';
import { generatedSection, markdownTable } from '../shape/generated-section.js';

const RULES = Object.entries(CAUSES) as [CauseName, Cause][];
/** As the document says what a rule is about. */
const ABOUT: Readonly<Partial<Record<About, string>>> = {
  expired: 'the token has expired',
  revoked: 'the token was revoked',
  connection_disabled: 'the connection is disabled',
  tenant_suspended: 'the tenant is suspended',
  address_not_allowed: 'from an address that is not allowed',
  scope: 'a scope is missing',
  rate_limit: 'over the limit of the connection',
  user: 'about a user',
  group: 'about a group',
  membership: 'about members of a group',
};
const VAGUE: readonly CauseName[] = ['unexpected', 'bad-request', 'forbidden', 'conflict'];

describe('Why a request failed', () => {
  it.each<[CauseName, number, ScimType | undefined, About | undefined]>([
    ['token-expired', 401, undefined, 'expired'],
    ['token-revoked', 401, undefined, 'revoked'],
    ['connection-disabled', 401, undefined, 'connection_disabled'],
    ['tenant-suspended', 401, undefined, 'tenant_suspended'],
    ['scope-missing', 403, undefined, 'scope'],
    ['member-protected', 403, undefined, 'user'],
    ['user-unknown', 404, undefined, 'user'],
    ['endpoint-unknown', 404, undefined, undefined],
    ['user-taken', 409, 'uniqueness', 'user'],
    ['group-taken', 409, 'uniqueness', 'group'],
    ['members-unknown', 400, 'invalidValue', 'membership'],
    ['user-value-wrong', 400, 'invalidValue', 'user'],
    ['value-wrong', 400, 'invalidValue', undefined],
    ['bad-request', 400, undefined, undefined],
    ['too-many-requests', 429, undefined, 'rate_limit'],
    ['too-many-failures', 429, undefined, 'revoked'],
    ['unavailable', 503, undefined, 'user'],
    ['unexpected', 418, undefined, undefined],
  ])('is %s: status %d, %s, about %s', (name, status, scimType, about) => {
    expect(causeOf({ status, scimType, about })).toBe(name);
  });

  it('has a name of its own for everything that the documents say a request is refused with', () => {
    const vague = Object.entries(REFUSALS).flatMap(([refusal, { status, ...rest }]) => {
      const scimType = 'scimType' in rest ? rest.scimType : undefined;
      const name = causeOf({ status, scimType, about: status === 403 ? 'scope' : 'user' });
      return VAGUE.includes(name) ? [`${refusal}: ${name}`] : [];
    });
    expect(vague).toEqual([]);
  });

  it.each(RULES)('can be %s: no rule before it takes all that it fits', (name, { status, scimType, about }) => {
    expect(causeOf({ status, scimType, about })).toBe(name);
  });

  it('is in docs/provisioning-log.md as it is here (npm run golden rewrites it)', () => {
    const rows = RULES.map(([name, { status, scimType, about, cause, remedy }]) => {
      const when = [status || 'any other', scimType && `\`${scimType}\``, about && ABOUT[about]].filter(Boolean);
      return [`\`${name}\``, when.join(', '), cause, remedy];
    });
    const table = markdownTable(['reason', 'when', 'cause', 'remedy'], rows);
    expect(generatedSection('docs/provisioning-log.md', 'causes', table)).toBe(table);
  });
});

describe('What requests meant to do', () => {
  it('is in docs/provisioning-log.md as it is here (npm run golden rewrites it)', () => {
    const table = markdownTable(
      ['action', 'in words'],
      Object.entries(ACTIONS).map(([action, words]) => [`\`${action}\``, words]),
    );
    expect(generatedSection('docs/provisioning-log.md', 'actions', table)).toBe(table);
  });
});
