import { describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../../src/webhooks/secret-box.js';
import { mintSecret } from '../../../src/webhooks/signature.js';

const box = new SecretBox('what the installation keeps secret');
const secret = mintSecret();

describe('A sealed secret', () => {
  it('opens for its owner, also in another process', () => {
    const again = new SecretBox('what the installation keeps secret');
    expect(again.open(box.seal(secret, 'owner'), 'owner')).toBe(secret);
  });

  it('shows nothing of itself, and never looks the same twice', () => {
    const sealed = box.seal(secret, 'owner');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain(secret.slice(6, 20));
    expect(box.seal(secret, 'owner')).not.toBe(sealed);
  });

  it('does not open with another key, for another owner, or when one bit differs', () => {
    const sealed = box.seal(secret, 'owner');
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1]! ^= 1;
    expect(new SecretBox('something else').open(sealed, 'owner')).toBe(undefined);
    expect(box.open(sealed, 'somebody else')).toBe(undefined);
    expect(box.open(bytes.toString('base64'), 'owner')).toBe(undefined);
    expect(box.open('', 'owner')).toBe(undefined);
  });
});
