import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { mistakeInKeys, publicPart } from '../../../../src/auth/oauth/public-keys.js';

async function publicKey(alg: string, options: { modulusLength?: number } = {}): Promise<JWK> {
  return exportJWK((await generateKeyPair(alg, { extractable: true, ...options })).publicKey);
}

describe('Keys that may be registered', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('are of %s', async (alg) => {
    expect(await mistakeInKeys([await publicKey(alg)])).toBeUndefined();
    expect(await mistakeInKeys([{ ...(await publicKey(alg)), alg, use: 'sig', kid: 'one' }])).toBeUndefined();
  });

  it('may be several, told apart by their ids', async () => {
    const [one, other] = [await publicKey('ES256'), await publicKey('ES256')];
    const named = [
      { ...one, kid: 'one' },
      { ...other, kid: 'other' },
    ];
    expect(await mistakeInKeys(named)).toBeUndefined();
    expect(await mistakeInKeys([one, other])).toMatch(/"kid" of its own/);
    expect(await mistakeInKeys([named[0], { ...other, kid: 'one' }])).toMatch(/"kid" of its own/);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /list of public keys/],
    ['no key', [], /list of public keys/],
    ['too many', Array(21).fill({}), /at most 20/],
    ['a text', ['x'], /key 1 must be an object/],
    ['a shared key', [{ kty: 'oct', k: 'AAAA' }], /public half only/],
    ['a shared key without the key', [{ kty: 'oct' }], /must be an RSA, P-256 or Ed25519 key/],
    ['another curve', [{ kty: 'EC', crv: 'P-384', x: 'AAAA', y: 'AAAA' }], /must be an RSA/],
    ['a point that is none', [{ kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }], /cannot be read/],
    ['a member that is no text', [{ kty: 'RSA', n: 7, e: 'AQAB' }], /no short text/],
    ['a member without end', [{ kty: 'RSA', n: 'A'.repeat(5000), e: 'AQAB' }], /no short text/],
    ['no object in the second place', [{ kty: 'EC' }, null], /key 1/],
  ])('are not %s', async (_what, keys, mistake) => {
    expect(await mistakeInKeys(keys)).toMatch(mistake);
  });

  it.each(['HS256', 'none', 'ES384', 'RS512', 'RS256'])('are not for %s when they are of P-256', async (alg) => {
    expect(await mistakeInKeys([{ ...(await publicKey('ES256')), alg }])).toMatch(/must be an RSA/);
  });

  it('have no private half', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    expect(await mistakeInKeys([await exportJWK(privateKey)])).toMatch(/public half only/);
  });

  it('are not short', async () => {
    const { n } = await publicKey('RS256');
    expect(await mistakeInKeys([{ kty: 'RSA', e: 'AQAB', n: String(n).slice(0, 171) }])).toMatch(/at least 2048 bits/);
  });
});

describe('publicPart', () => {
  it('keeps what is needed to verify and nothing else', () => {
    const key = { kty: 'EC', crv: 'P-256', kid: 'one', x: 'a', y: 'b', d: 'private', x5c: ['c'], note: 'ours', use: 7 };
    expect(publicPart([key])).toEqual({ keys: [{ kty: 'EC', crv: 'P-256', kid: 'one', x: 'a', y: 'b' }] });
  });
});
