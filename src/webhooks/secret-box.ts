import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps secrets in the database unreadable for whoever has the database but not the key. */
export class SecretBox {
  private readonly key: Buffer;

  /** @param platformSecret what the installation as a whole keeps secret; the key of this purpose is derived from it */
  constructor(platformSecret: string) {
    this.key = Buffer.from(hkdfSync('sha256', platformSecret, '', 'muster webhook secrets', 32));
  }

  /** @param owner whose secret it is; sealed text that is moved to another owner does not open */
  seal(secret: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner));
    const hidden = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64');
  }

  /** Undefined when the text was sealed with another key or for another owner, or was changed. */
  open(sealed: string, owner: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const shown = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([shown, decipher.final()]).toString('utf8');
    } catch {
      // The tag does not fit: nobody can tell what was in it.
      return undefined;
    }
  }
}
