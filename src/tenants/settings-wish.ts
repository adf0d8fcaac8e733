import { isMailAddress } from '../domain/mail-address.js';
import type { SsoSettings, TenantSettings } from '../domain/tenant.js';
import { Refusal } from './refusal.js';
import { ssoSettings } from './sso-settings.js';

/** How a setting is written at a shell. */
interface Writing<T> {
  /** What stands for the value in the help. */
  readonly value: string;
  readonly help: string;
  /** @throws Refusal */
  read(text: string): T;
}

export const MOST_ADMINS = 20;
export const LARGEST_DIGEST_ABOVE = 999_999;

/** Every setting of a tenant. */
export const SETTING_WRITINGS: { readonly [K in keyof TenantSettings]: Writing<TenantSettings[K]> } = {
  notifications: onOrOff('Notifications are', 'whether members are told by e-mail what changes for them'),
  digestAbove: {
    value: 'members',
    help: 'a window with more members sends the admins one digest and no mail to a member',
    read: memberCount,
  },
  adminEmails: {
    value: 'addresses',
    help: 'where digests and warnings go, with commas between them; empty for nowhere',
    read: addresses,
  },
  defaultTeamPermission: oneOf(['can_view', 'can_edit'], 'what an identity provider gives those it puts into a team'),
  deletionPolicy: oneOf(['deactivate', 'erase'], 'what becomes of somebody whom an identity provider deletes'),
  adoptionPolicy: oneOf(
    ['link', 'conflict', 'review'],
    'what happens when an identity provider creates somebody who is there already and whom nobody manages',
  ),
  unlinkedVisibility: oneOf(['visible', 'hidden'], 'whether identity providers see members whom nobody manages'),
  userNameMustBeEmail: onOrOff('The rule for user names is', 'whether a userName must be an e-mail address'),
  duplicateTeamNames: onOrOff('Equal names of teams are', 'whether several teams may have one name'),
  ssoRequired: onOrOff(
    'The demand for single sign-on is',
    'whether a connection needs settings for single sign-on first',
  ),
  sso: {
    value: 'none, oidc:issuer or saml:metadata-url',
    help: 'how people of the tenant sign in',
    read: sso,
  },
};

/** Settings as an operator wrote them; what is missing stays as it is. */
export type SettingsWish = { readonly [K in keyof TenantSettings]?: string | undefined };

/** @throws Refusal */
export function settingsIn(wish: SettingsWish): Partial<TenantSettings> {
  const named = Object.entries(wish).filter(([name, text]) => text !== undefined && name in SETTING_WRITINGS);
  return Object.fromEntries(
    named.map(([name, text]) => [name, SETTING_WRITINGS[name as keyof TenantSettings].read(text)]),
  );
}

function onOrOff(what: string, help: string): Writing<boolean> {
  return {
    value: 'on or off',
    help,
    read: (text) => {
      if (text === 'on' || text === 'off') return text === 'on';
      throw new Refusal(`${what} "on" or "off"; "${text}" is neither.`);
    },
  };
}

function oneOf<const T extends string>(values: readonly T[], help: string): Writing<T> {
  return {
    value: values.join(' or '),
    help,
    read: (text) => {
      const value = values.find((candidate) => candidate === text);
      if (value !== undefined) return value;
      throw new Refusal(`"${text}" is none of ${values.join(', ')}.`);
    },
  };
}

function memberCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new Refusal(
    `Above how many members a digest is sent is a whole number from 1 to ${LARGEST_DIGEST_ABOVE}; "${text}" is none.`,
  );
}

function addresses(text: string): string[] {
  const named = text.split(',').map((address) => address.trim());
  const all = [...new Set(named.filter((address) => address !== ''))];
  const wrong = all.find((address) => !isMailAddress(address));
  if (wrong !== undefined) throw new Refusal(`"${wrong}" is no e-mail address such as admin@example.com.`);
  if (all.length > MOST_ADMINS) throw new Refusal(`A tenant has at most ${MOST_ADMINS} addresses of admins.`);
  return all;
}

function sso(text: string): SsoSettings | null {
  if (text === 'none') return null;
  const [, protocol, address] = /^(oidc|saml):(.+)$/.exec(text) ?? [];
  if (protocol === 'oidc') return ssoSettings({ protocol, issuer: address });
  if (protocol === 'saml') return ssoSettings({ protocol, metadataUrl: address });
  throw new Refusal(
    `Single sign-on is none, oidc: and the issuer, or saml: and the URL of the metadata; "${text}" is not.`,
  );
}
