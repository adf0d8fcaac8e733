import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** A new Ed25519 private key, as PKCS #8 in base64. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

/** @returns the public key as SubjectPublicKeyInfo in base64 */
export function publicKeyOf(signingKey: string): string {
  return createPublicKey(privateKey(signingKey)).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** @returns the signature in base64 */
export function signText(signingKey: string, text: string): string {
  return sign(null, Buffer.from(text), privateKey(signingKey)).toString('base64');
}

/** False as well for what is no key or no signature. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return (
      key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
    );
  } catch {
    return false;
  }
}

function privateKey(signingKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(signingKey, 'base64'), format: 'der', type: 'pkcs8' });
}
