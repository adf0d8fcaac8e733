import { HttpException, HttpStatus } from '@nestjs/common';
import { LimitCounter } from '../config/limit-counter.js';
import { LIMITS, type LimitName } from '../config/limits.js';

/** Whose share the bytes of a body are taken from: a caller's tenant, or the address of a caller without a token. */
export type BodyOwner = { readonly tenant: string } | { readonly address: string };

/** Seconds after which a refused client may send its body again: others are answered meanwhile. */
const RETRY_SECONDS = 1;

/** A body that finds no room now. */
export class NoRoomForBody extends HttpException {
  readonly retryAfter = RETRY_SECONDS;
}

const REFUSALS = {
  tenantBodyBytesInFlight: [
    HttpStatus.TOO_MANY_REQUESTS,
    'The requests of this tenant that are being answered have too large bodies together; send fewer at a time.',
  ],
  addressBodyBytesInFlight: [
    HttpStatus.TOO_MANY_REQUESTS,
    'The requests from this address that are being answered have too large bodies together; send fewer at a time.',
  ],
  bodyBytesInFlight: [HttpStatus.SERVICE_UNAVAILABLE, 'The server is reading too many large bodies; try again.'],
  publicBodyBytesInFlight: [HttpStatus.SERVICE_UNAVAILABLE, 'The server is reading too many bodies; try again.'],
} as const satisfies Partial<Record<LimitName, readonly [HttpStatus, string]>>;

/** Counts the bytes of bodies that are being read or answered, in all and by share, and refuses what is beyond. */
export class BodyBudget {
  private total = 0;
  private ofStrangers = 0;
  private readonly shares = new Map<string, number>();

  constructor(private readonly limits: LimitCounter) {}

  /** Bytes that are held now. */
  get held(): number {
    return this.total;
  }

  /** @throws NoRoomForBody 429 where the owner is over its share, 503 where the process has no room; nothing is taken then */
  take(owner: BodyOwner, bytes: number): void {
    const share = this.shares.get(keyOf(owner)) ?? 0;
    this.refuseBeyond('address' in owner ? 'addressBodyBytesInFlight' : 'tenantBodyBytesInFlight', share + bytes);
    if ('address' in owner) this.refuseBeyond('publicBodyBytesInFlight', this.ofStrangers + bytes);
    this.refuseBeyond('bodyBytesInFlight', this.total + bytes);
    this.add(owner, bytes);
  }

  release(owner: BodyOwner, bytes: number): void {
    this.add(owner, -bytes);
  }

  private refuseBeyond(name: keyof typeof REFUSALS, bytes: number): void {
    if (bytes <= LIMITS[name].value) return;
    this.limits.add(name);
    const [status, detail] = REFUSALS[name];
    throw new NoRoomForBody(detail, status);
  }

  private add(owner: BodyOwner, bytes: number): void {
    const key = keyOf(owner);
    const share = (this.shares.get(key) ?? 0) + bytes;
    if (share > 0) this.shares.set(key, share);
    else this.shares.delete(key);
    this.total += bytes;
    if ('address' in owner) this.ofStrangers += bytes;
  }
}

function keyOf(owner: BodyOwner): string {
  return 'address' in owner ? `address ${owner.address}` : owner.tenant;
}
