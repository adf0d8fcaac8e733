import type { DomainEvent } from './domain-event.js';
import { type Cause, type Member, type MemberResource, memberEvent } from './member.js';

/** For so many days after an identity provider asked last its request can be approved. */
const REVIEW_DAYS = 30;
const REVIEW_MS = REVIEW_DAYS * 24 * 3_600_000;

export const REVIEW_STATUSES = ['open', 'approved', 'rejected', 'expired'] as const;
/** `expired`: nobody decided, and the identity provider has not asked since. When it asks again the review is open again. */
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];

/** A connection's wish to adopt an unlinked member. There is one for each pair; a rejection stays. */
export interface AdoptionReview {
  readonly id: string;
  readonly memberId: string;
  readonly connectionId: string;
  /** As pushed last. */
  readonly userName: string;
  readonly externalId: string | null;
  /** The User as pushed last, or as a PATCH would have made it; null once it was decided. */
  readonly resource: MemberResource | null;
  /** ISO 8601; the first time of this round. */
  readonly requestedAt: string;
  readonly lastRequestedAt: string;
  readonly decision: 'approved' | 'rejected' | null;
  readonly decidedAt: string | null;
}

export function statusOf(
  { decision, lastRequestedAt }: Pick<AdoptionReview, 'decision' | 'lastRequestedAt'>,
  now: Date,
): ReviewStatus {
  if (decision !== null) return decision;
  return lastRequestedAt < expiryEdge(now) ? 'expired' : 'open';
}

/** Whoever asked last before this is no longer waiting; ISO 8601. */
export function expiryEdge(now: Date): string {
  return new Date(now.getTime() - REVIEW_MS).toISOString();
}

export function expiresAt({ lastRequestedAt }: Pick<AdoptionReview, 'lastRequestedAt'>): string {
  return new Date(Date.parse(lastRequestedAt) + REVIEW_MS).toISOString();
}

/** The event names nobody: what was pushed is in the review, for as long as it is needed. */
export function reviewEvent(
  type: 'member.adoption_requested' | 'member.adoption_rejected',
  member: Pick<Member, 'id' | 'scimId'>,
  review: Pick<AdoptionReview, 'id' | 'connectionId'>,
  cause: Cause,
): DomainEvent {
  return memberEvent(type, member, { connectionId: review.connectionId, reviewId: review.id }, cause);
}
