import { hash } from 'node:crypto';

const LENGTH = 12;

/** What a shown text has in common with an equal one: 72 bits, in characters that an entity-tag may hold. */
export function fingerprint(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, LENGTH);
}
