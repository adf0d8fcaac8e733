import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIFETIME, lifetimeOf } from '../../../src/tenants/lifetime.js';
import { idpName, scopes, slug } from '../../../src/tenants/names.js';
import { Refusal } from '../../../src/tenants/refusal.js';

const DAY = 86_400_000;

describe('lifetimeOf', () => {
  it.each([
    ['30m', DAY / 48],
    ['12h', DAY / 2],
    ['90d', 90 * DAY],
    ['366d', 366 * DAY],
    [DEFAULT_LIFETIME, 365 * DAY],
  ])('reads %s', (text, milliseconds) => {
    expect(lifetimeOf(text)).toBe(milliseconds);
  });

  it.each(['never', '', '0d', '367d', '9000h', '-1d', '1', 'd', '1.5d', '1w', ' 1d'])('refuses %j', (text) => {
    expect(() => lifetimeOf(text)).toThrow(Refusal);
  });
});

describe('slug', () => {
  it.each(['a', 'acme', 'acme-2', 'a'.repeat(63)])('takes %s', (text) => {
    expect(slug(text)).toBe(text);
  });

  it.each(['', 'Acme', 'a b', '-a', 'a-', 'a_b', 'a'.repeat(64), 'ä', 'a\n'])('refuses %j', (text) => {
    expect(() => slug(text)).toThrow(Refusal);
  });
});

describe('scopes', () => {
  it('takes each scope once', () => {
    expect(scopes(['teams:write', 'members:write', 'teams:write'])).toEqual(['teams:write', 'members:write']);
  });

  it.each([[['members:delete']], [['Members:write']], [[]]])('refuses %j and names the scopes there are', (texts) => {
    expect(() => scopes(texts)).toThrow(/members:read, members:write/);
  });
});

describe('idpName', () => {
  it('takes a profile by its name', () => {
    expect(idpName('okta')).toBe('okta');
  });

  it.each(['Okta', 'azure', '__proto__'])('refuses %s and names those there are', (text) => {
    expect(() => idpName(text)).toThrow(/okta, okta-custom, entra/);
  });
});
