import { createHash, timingSafeEqual } from 'node:crypto';

/** The one token that administers tenants; it belongs to none of them and is never in the database. */
export class PlatformToken {
  private readonly digest: Buffer | undefined;

  /** @param token undefined: nobody has it, and what needs it is closed */
  constructor(token: string | undefined) {
    this.digest = token === undefined ? undefined : sha256(token);
  }

  get isSet(): boolean {
    return this.digest !== undefined;
  }

  /** In a time that tells nothing of the token, its length included. */
  is(text: string): boolean {
    return this.digest !== undefined && timingSafeEqual(this.digest, sha256(text));
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
