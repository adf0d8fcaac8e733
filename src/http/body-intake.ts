import { HttpException, HttpStatus } from '@nestjs/common';
import { LIMITS, type LimitName } from '../config/limits.js';
import type { BodyBudget, BodyOwner } from './body-budget.js';

/** What a client announces of a body; neither of both: none. */
export type AnnouncedBody = { readonly length: number } | { readonly chunked: true };

/** A body over the limit of its route. */
export class BodyTooLarge extends HttpException {
  constructor(readonly limit: LimitName) {
    super(`The request body is larger than ${LIMITS[limit].value} bytes.`, HttpStatus.PAYLOAD_TOO_LARGE);
  }
}

/** What a route says of its bodies. */
export interface BodyTerms {
  /** Bytes at most. */
  readonly limit: LimitName;
  /** Takes what the body costs from the rate limits of the caller; none for a caller without any. */
  readonly charge?: ((units: number) => void) | undefined;
}

/** One body on its way: how much of it came, and what it holds of the budget until the request is answered. */
export class BodyIntake {
  private held = 0;
  private arrived = 0;

  /**
   * Reserves the announced length.
   * @throws BodyTooLarge
   * @throws NoRoomForBody
   */
  constructor(
    private readonly budget: BodyBudget,
    private readonly owner: BodyOwner,
    readonly announced: AnnouncedBody,
    private readonly terms: BodyTerms,
  ) {
    if ('length' in announced) this.hold(announced.length);
  }

  /** Bytes that have come. */
  get received(): number {
    return this.arrived;
  }

  /**
   * Counts bytes that have come; what was not announced is reserved now.
   * @throws BodyTooLarge
   * @throws NoRoomForBody
   */
  add(bytes: number): void {
    this.arrived += bytes;
    if (this.arrived > this.held) this.hold(this.arrived - this.held);
  }

  /** Gives everything back; a second call changes nothing. */
  release(): void {
    this.budget.release(this.owner, this.held);
    this.held = 0;
  }

  private hold(bytes: number): void {
    const { limit, charge } = this.terms;
    const held = this.held + bytes;
    if (held > LIMITS[limit].value) throw new BodyTooLarge(limit);
    this.budget.take(this.owner, bytes);
    charge?.(unitsOf(held) - unitsOf(this.held));
    this.held = held;
  }
}

function unitsOf(bytes: number): number {
  return Math.floor(bytes / LIMITS.bodyBytesPerUnit.value);
}
