import { readFile } from 'node:fs/promises';
import type { KeyWish } from '../auth/accounts/key-rules.js';
import { Refusal } from '../tenants/refusal.js';

interface Options {
  /** Empty: none. */
  readonly jwksUri?: string;
  readonly jwksFile?: string;
}

/** Public keys as options name them. @throws Refusal for a file that has none */
export async function keysIn({ jwksUri, jwksFile }: Options): Promise<KeyWish> {
  const uri = jwksUri === undefined ? {} : { jwksUri: jwksUri === '' ? null : jwksUri };
  if (jwksFile === undefined) return uri;
  try {
    return { ...uri, jwks: JSON.parse(await readFile(jwksFile, 'utf8')) as { keys?: unknown } };
  } catch {
    throw new Refusal(`${jwksFile} is no file with a JSON Web Key Set.`);
  }
}
