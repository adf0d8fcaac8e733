import { describe, expect, it } from '@jest/globals';
import { mistakeIn, plainPatterns, wants } from '../../../src/webhooks/event-filter.js';

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

  it.each(['member.*', 'webhook_endpoint.disabled', 'muster.member.provisioned', 'muster.team.*'])(
    'may say %s',
    (pattern) => {
      expect(mistakeIn(['team.created', pattern])).toBe(undefined);
    },
  );

  it.each([
    ['member.provisoned', 'member.provisioned'],
    ['Member.updated', 'member.updated'],
    ['members.*', 'member.*'],
    ['member.up*', 'member.*'],
    ['team.membership_changed\n', 'team.membership_changed'],
  ])('may not say %j, and is told of %s', (pattern, closest) => {
    expect(mistakeIn(['team.created', pattern])).toBe(`"${pattern}" is no type of event; did you mean "${closest}"?`);
  });

  it.each(['*', '', 'member', 'member.', '.created', 'member.*.x', 'a b.c', 'constructor.*', '__proto__'])(
    'may not say %j',
    (pattern) => {
      expect(mistakeIn([pattern])).toMatch(/is no type of event; did you mean "[a-z_]+\.[a-z_*]+"/);
    },
  );

  it('is kept as types are called here, nothing twice', () => {
    expect(plainPatterns(['muster.member.*', 'member.*', 'team.created'])).toEqual(['member.*', 'team.created']);
  });
});
