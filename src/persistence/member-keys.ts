import type { MemberResource } from '../domain/member.js';
import { foldCase } from '../scim/index.js';

/** The one multi-valued attribute that IdPs look people up by, so far. */
export const EMAIL_VALUES = 'emails.value';

/** So much of a name is compared: an entry of an index has a bounded size. */
export const NAME_KEY_LENGTH = 256;

/** Comparison key of a name, or of how one begins (names are not caseExact, RFC 7643 §8.7.1). */
export function nameKey(text: string): string {
  const key = foldCase(text);
  return key.length <= NAME_KEY_LENGTH ? key : Array.from(key).slice(0, NAME_KEY_LENGTH).join('');
}

/** Comparison key of an e-mail address, or of how one begins. */
export function emailKey(text: string): string {
  return foldCase(text);
}

/** The names that members are found and sorted by; null where the resource has none. */
export function nameKeys({ displayName, name }: MemberResource): Readonly<Record<string, string | null>> {
  const { familyName, givenName } = (name ?? {}) as MemberResource;
  const keyOf = (text: MemberResource[string] | undefined) => (typeof text === 'string' ? nameKey(text) : null);
  return {
    displayNameKey: keyOf(displayName),
    familyNameKey: keyOf(familyName),
    givenNameKey: keyOf(givenName),
  };
}

/** Comparison keys of a resource's e-mail addresses, each once (emails.value is not caseExact, RFC 7643 §8.7.1). */
export function emailKeys(resource: MemberResource): readonly string[] {
  const emails = resource.emails as readonly { readonly value?: string }[] | undefined;
  if (!emails) return [];
  return [...new Set(emails.flatMap(({ value }) => (value === undefined ? [] : [emailKey(value)])))];
}

/** What has to leave and to enter the key table when a resource changes. */
export function keyChanges(
  before: MemberResource,
  after: MemberResource,
): { readonly dropped: readonly string[]; readonly added: readonly string[] } {
  const old = new Set(emailKeys(before));
  const now = new Set(emailKeys(after));
  return { dropped: [...old].filter((key) => !now.has(key)), added: [...now].filter((key) => !old.has(key)) };
}
