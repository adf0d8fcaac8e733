import { isMailAddress } from '../domain/mail-address.js';
import type { TenantSettings } from '../domain/tenant.js';
import { Refusal } from './refusal.js';

/** Settings as an operator wrote them; what is missing stays as it is. */
export interface SettingsWish {
  /** `on` or `off`. */
  readonly notifications?: string | undefined;
  /** A whole number. */
  readonly digestAbove?: string | undefined;
  /** Addresses with commas between them; empty for none. */
  readonly adminEmails?: string | undefined;
}

const MOST_ADMINS = 20;

/** @throws Refusal */
export function settingsIn({ notifications, digestAbove, adminEmails }: SettingsWish): Partial<TenantSettings> {
  const settings: Partial<TenantSettings> = {
    ...(notifications !== undefined && { notifications: isOn(notifications) }),
    ...(digestAbove !== undefined && { digestAbove: memberCount(digestAbove) }),
    ...(adminEmails !== undefined && { adminEmails: addresses(adminEmails) }),
  };
  if (Object.keys(settings).length === 0) throw new Refusal('Name a setting that is to change.');
  return settings;
}

function isOn(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Refusal(`Notifications are "on" or "off"; "${text}" is neither.`);
}

function memberCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new Refusal(`Above how many members a digest is sent is a whole number from 1 to 999999; "${text}" is none.`);
}

function addresses(text: string): string[] {
  const named = text.split(',').map((address) => address.trim());
  const all = [...new Set(named.filter((address) => address !== ''))];
  const wrong = all.find((address) => !isMailAddress(address));
  if (wrong !== undefined) throw new Refusal(`"${wrong}" is no e-mail address such as admin@example.com.`);
  if (all.length > MOST_ADMINS) throw new Refusal(`A tenant has at most ${MOST_ADMINS} addresses of admins.`);
  return all;
}
