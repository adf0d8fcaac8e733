import { importJWK, type JWK } from 'jose';
import type { KeySet } from '../../domain/service-account.js';

/**
 * Signatures of assertions that are accepted: of keys with a private half, never of a shared secret and never none. The last two
 * are one, under its old and its new name (RFC 9864).
 */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const;

const MOST_KEYS = 20;
/** All that is kept of a key. */
const MEMBERS = ['kty', 'kid', 'use', 'alg', 'n', 'e', 'crv', 'x', 'y'] as const;
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const SHORTEST_MODULUS = 2048;
const LONGEST_MEMBER = 2048;

/** What makes a list of keys unfit to be registered, or undefined. */
export async function mistakeInKeys(keys: unknown): Promise<string | undefined> {
  if (!Array.isArray(keys) || keys.length === 0) return 'must be an object with a list of public keys, "keys"';
  if (keys.length > MOST_KEYS) return `must have at most ${MOST_KEYS} keys`;
  for (const [index, key] of keys.entries()) {
    const mistake = await mistakeIn(key);
    if (mistake !== undefined) return `key ${index + 1} ${mistake}`;
  }
  const ids = keys.map(({ kid }: JWK) => kid);
  if (keys.length > 1 && (ids.includes(undefined) || new Set(ids).size < ids.length)) {
    return 'must give each of several keys a "kid" of its own';
  }
  return undefined;
}

/** The keys without anything that is not needed to verify. */
export function publicPart(keys: readonly object[]): KeySet {
  return {
    keys: keys.map((key) => {
      const members = MEMBERS.flatMap((name): [string, string][] => {
        const value: unknown = Reflect.get(key, name);
        return typeof value === 'string' ? [[name, value]] : [];
      });
      return { kty: '', ...Object.fromEntries(members) };
    }),
  };
}

async function mistakeIn(key: unknown): Promise<string | undefined> {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return 'must be an object';
  const known = key as Record<string, unknown>;
  if (PRIVATE.some((name) => name in known)) return 'holds a private or shared key; give the public half only';
  if (MEMBERS.some((name) => name in known && !isShortText(known[name]))) return 'has a member that is no short text';
  const alg = algorithmOf(known);
  if (alg === undefined) return `must be an RSA, P-256 or Ed25519 key for ${ALGORITHMS.join(', ')}`;
  try {
    const { algorithm } = (await importJWK(known as JWK, alg)) as CryptoKey;
    const modulus = 'modulusLength' in algorithm ? Number(algorithm.modulusLength) : SHORTEST_MODULUS;
    return modulus < SHORTEST_MODULUS ? `must be an RSA key of at least ${SHORTEST_MODULUS} bits` : undefined;
  } catch {
    // The library's own texts are for programmers.
    return 'cannot be read as a key';
  }
}

/** The one its owner names, else one that its type is good for; undefined where none is accepted. */
function algorithmOf({ kty, crv, alg }: Record<string, unknown>): string | undefined {
  const fitting = [
    ...(kty === 'RSA' ? ['RS256', 'PS256'] : []),
    ...(kty === 'EC' && crv === 'P-256' ? ['ES256'] : []),
    ...(kty === 'OKP' && crv === 'Ed25519' ? ['EdDSA', 'Ed25519'] : []),
  ];
  return alg === undefined ? fitting[0] : fitting.find((each) => each === alg);
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_MEMBER;
}
