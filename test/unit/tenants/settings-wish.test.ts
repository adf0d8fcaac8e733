import { describe, expect, it } from '@jest/globals';
import { DomainException } from '../../../src/domain/domain-error.js';
import { DEFAULT_SETTINGS } from '../../../src/domain/tenant.js';
import { Refusal } from '../../../src/tenants/refusal.js';
import { SETTING_WRITINGS, type SettingsWish, settingsIn } from '../../../src/tenants/settings-wish.js';
import { ssoSettings } from '../../../src/tenants/sso-settings.js';

describe('Settings as an operator writes them', () => {
  it('are all settings that there are', () => {
    expect(Object.keys(SETTING_WRITINGS).sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
  });

  it.each<[SettingsWish, object]>([
    [{}, {}],
    [
      { notifications: 'on', duplicateTeamNames: 'off' },
      { notifications: true, duplicateTeamNames: false },
    ],
    [{ digestAbove: '7' }, { digestAbove: 7 }],
    [{ adminEmails: ' a@x.example, b@x.example ,a@x.example' }, { adminEmails: ['a@x.example', 'b@x.example'] }],
    [{ adminEmails: '' }, { adminEmails: [] }],
    [
      { deletionPolicy: 'erase', adoptionPolicy: 'review' },
      { deletionPolicy: 'erase', adoptionPolicy: 'review' },
    ],
    [{ sso: 'none' }, { sso: null }],
    [{ sso: 'oidc:https://a.example/x' }, { sso: { protocol: 'oidc', issuer: 'https://a.example/x' } }],
    [{ sso: 'saml:https://a.example/m?t=1' }, { sso: { protocol: 'saml', metadataUrl: 'https://a.example/m?t=1' } }],
  ])('%j are read', (wish, settings) => {
    expect(settingsIn(wish)).toEqual(settings);
  });

  it.each<SettingsWish>([
    { notifications: 'yes' },
    { ssoRequired: 'true' },
    { digestAbove: '0' },
    { digestAbove: '1e3' },
    { adminEmails: 'nobody' },
    { adminEmails: Array.from({ length: 21 }, (_, index) => `a${index}@x.example`).join(',') },
    { deletionPolicy: 'Erase' },
    { sso: 'ldap:https://a.example' },
    { sso: 'oidc' },
  ])('%j is refused with a sentence', (wish) => {
    expect(() => settingsIn(wish)).toThrow(Refusal);
  });
});

describe('Settings for single sign-on', () => {
  it.each([
    ['http://a.example', 'begins with https'],
    ['https://', 'begins with https'],
    ['nonsense', 'begins with https'],
    ['https://a:b@c.example', 'no user name'],
    ['https://a.example#x', 'no fragment'],
    ['https://a.example?x=1', 'no query'],
    [`https://a.example/${'x'.repeat(2048)}`, 'begins with https'],
  ])('take no issuer such as %j', (issuer, detail) => {
    expect(() => ssoSettings({ protocol: 'oidc', issuer })).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ detail: expect.stringContaining(detail) }) }),
    );
  });

  it('keep an issuer as it was written, for it is compared as text', () => {
    const issuer = 'https://A.example:443/x/../y';
    expect(ssoSettings({ protocol: 'oidc', issuer })).toEqual({ protocol: 'oidc', issuer });
  });

  it('hold what belongs to their protocol alone', () => {
    const both = { issuer: 'https://a.example', metadataUrl: 'https://a.example' };
    for (const protocol of ['oidc', 'saml'] as const) {
      expect(() => ssoSettings({ protocol, ...both })).toThrow(DomainException);
      expect(() => ssoSettings({ protocol })).toThrow(DomainException);
    }
  });
});
