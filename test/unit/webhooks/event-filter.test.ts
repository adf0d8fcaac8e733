import { describe, expect, it } from '@jest/globals';
import { EVENT_PATTERN, wants } from '../../../src/webhooks/event-filter.js';

describe('The filter of an endpoint', () => {
  it.each([
    [[], 'member.provisioned', true],
    [['member.provisioned'], 'member.provisioned', true],
    [['member.provisioned'], 'member.updated', false],
    [['member.*'], 'member.updated', true],
    [['member.*'], 'team.created', false],
    [['team.created', 'member.*'], 'team.created', true],
    [['team.*'], 'team.membership_changed', true],
    [['tea.*'], 'team.created', false],
  ])('%j wants %s: %s', (patterns, type, wanted) => {
    expect(wants(patterns, type)).toBe(wanted);
  });

  it.each(['member.*', 'webhook_endpoint.disabled'])('may say %s', (pattern) => {
    expect(pattern).toMatch(EVENT_PATTERN);
  });

  it.each(['*', 'member', 'member.', '.created', 'member.*.x', 'Member.*', 'member.up*', 'a b.c', 'member.*\n'])(
    'may not say %j',
    (pattern) => {
      expect(pattern).not.toMatch(EVENT_PATTERN);
    },
  );
});
