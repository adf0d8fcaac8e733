import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks: secrets have 24 to 64 bytes and travel with this prefix, so that they are known when seen. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export function mintSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** What is signed and sent with it. */
export interface SignedContent {
  /** The same for every attempt: consumers drop duplicates by it. */
  readonly id: string;
  /** When this attempt is made, in seconds: consumers refuse what is too old. */
  readonly timestamp: number;
  readonly body: string;
}

type SignatureHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/** The three headers of Standard Webhooks; one signature per secret, so that a consumer may know the old one or the new one. */
export function signatureHeaders(content: SignedContent, secrets: readonly string[]): SignatureHeaders {
  return {
    'webhook-id': content.id,
    'webhook-timestamp': String(content.timestamp),
    'webhook-signature': secrets.map((secret) => `v1,${signature(content, secret)}`).join(' '),
  };
}

function signature({ id, timestamp, body }: SignedContent, secret: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}
