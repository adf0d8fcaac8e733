import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** What an answer is encrypted with and tied to. */
export interface Seal {
  /** Only the client has it: the server stores a digest of it at most. */
  readonly token: string;
  /** Digest of the request, so that no answer is taken for that of another. */
  readonly request: string;
}

/** Base64; whoever has the database but not the token cannot read it. */
export function sealAnswer(text: string, seal: Seal): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(seal), nonce, { authTagLength: TAG_BYTES });
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64');
}

/** Undefined when it was sealed for another token or another request, or was changed. */
export function openAnswer(sealed: string, seal: Seal): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, keyOf(seal), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  }).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const shown = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([shown, decipher.final()]).toString('utf8');
  } catch {
    // The tag does not fit: nobody can tell what was in it.
    return undefined;
  }
}

function keyOf({ token, request }: Seal): Buffer {
  return Buffer.from(hkdfSync('sha256', token, request, 'muster answers of repeated requests', KEY_BYTES));
}
