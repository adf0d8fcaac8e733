import { isMailAddress } from '../domain/mail-address.js';
import type { MemberResource } from '../domain/member.js';
import type { Addressee } from '../persistence/mail-audience.repository.js';

/**
 * Where a member's mail goes: the primary e-mail, else the first one, else the user name where that is an address. Whichever
 * of these comes first has to be one plain address; undefined when it is not.
 */
export function addressOf({ resource, userName }: Pick<Addressee, 'resource' | 'userName'>): string | undefined {
  const emails = Array.isArray(resource.emails) ? resource.emails.filter(isEmail) : [];
  const chosen = emails.find(({ primary }) => primary === true) ?? emails[0];
  const address = chosen?.value ?? userName;
  return isMailAddress(address) ? address : undefined;
}

/** How a member is greeted; undefined when only the user name is known. */
export function nameOf({ displayName, name }: MemberResource): string | undefined {
  if (typeof displayName === 'string') return displayName;
  const formatted = typeof name === 'object' && name !== null && 'formatted' in name ? name.formatted : undefined;
  return typeof formatted === 'string' ? formatted : undefined;
}

function isEmail(value: unknown): value is { readonly value: string; readonly primary?: unknown } {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'string';
}
