import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** An address of one tenant's mails, without the address. */
export interface Optout {
  readonly tenantId: string;
  /** HMAC-SHA-256 of tenant and address; 64 hexadecimal digits. */
  readonly digest: string;
}

const TENANT_BYTES = 16;
const DIGEST_BYTES = 32;
const MAC_BYTES = 32;
const WHOLE = /^[A-Za-z0-9_-]{107}$/;

/** Makes and reads what an unsubscribe link carries. Nobody but the installation can make one, and it names nobody. */
export class UnsubscribeTokens {
  private readonly digestKey: Buffer;
  private readonly signingKey: Buffer;

  /** @param platformSecret what the installation as a whole keeps secret; the keys of this purpose are derived from it */
  constructor(platformSecret: string) {
    const key = (purpose: string) => Buffer.from(hkdfSync('sha256', platformSecret, '', purpose, 32));
    this.digestKey = key('muster mail addresses');
    this.signingKey = key('muster unsubscribe links');
  }

  /** Addresses that differ in case only are one. */
  optout(tenantId: string, address: string): Optout {
    const digest = createHmac('sha256', this.digestKey).update(`${tenantId}\n${address.toLowerCase()}`).digest('hex');
    return { tenantId, digest };
  }

  token({ tenantId, digest }: Optout): string {
    const said = Buffer.concat([Buffer.from(tenantId.replaceAll('-', ''), 'hex'), Buffer.from(digest, 'hex')]);
    return Buffer.concat([said, this.mac(said)]).toString('base64url');
  }

  /** Undefined for what was not made here, or was changed. */
  read(token: unknown): Optout | undefined {
    if (typeof token !== 'string' || !WHOLE.test(token)) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    const said = bytes.subarray(0, TENANT_BYTES + DIGEST_BYTES);
    const mac = bytes.subarray(TENANT_BYTES + DIGEST_BYTES);
    if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, this.mac(said))) return undefined;
    const tenant = said.subarray(0, TENANT_BYTES).toString('hex');
    const tenantId = tenant.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { tenantId, digest: said.subarray(TENANT_BYTES).toString('hex') };
  }

  private mac(said: Buffer): Buffer {
    return createHmac('sha256', this.signingKey).update(said).digest();
  }
}
