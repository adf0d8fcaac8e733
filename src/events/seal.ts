import { hash } from 'node:crypto';

/**
 * The hash of one link of the chain: SHA-256 over the 32 bytes of the previous hash and the canonical event in UTF-8.
 * @param previousHash 64 hexadecimal digits
 * @returns 64 hexadecimal digits
 */
export function sealHash(previousHash: string, canonical: string): string {
  return hash('sha256', Buffer.concat([Buffer.from(previousHash, 'hex'), Buffer.from(canonical)]), 'hex');
}
