import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { type AdoptionReview, expiresAt, type ReviewStatus, reviewEvent, statusOf } from '../domain/adoption-review.js';
import { DomainException } from '../domain/domain-error.js';
import type { Cause } from '../domain/member.js';
import { type Account, adopt } from '../domain/member-admin.js';
import type { Page, PageWish } from '../domain/page.js';
import {
  AdoptionReviewsRepository,
  type ListedReview,
  type ShownReview,
} from '../persistence/adoption-reviews.repository.js';
import { ConnectionNames } from '../persistence/connection-names.js';
import { appendEvents } from '../persistence/events.repository.js';
import { MembersRepository } from '../persistence/members.repository.js';
import { type TenantSession, UnitOfWork } from '../persistence/unit-of-work.js';
import { diff } from '../scim/index.js';
import { type Acting, causeOf } from './acting.js';
import { known } from './known.js';
import { store } from './store.js';

/** A review as admins see it. */
export interface ReviewSummary {
  readonly id: string;
  readonly status: ReviewStatus;
  readonly member: {
    readonly id: string;
    readonly scimId: string | null;
    readonly userName: string;
    readonly active: boolean;
  };
  readonly connection: { readonly id: string; readonly name: string };
  /** As the identity provider sent them last. */
  readonly userName: string;
  readonly externalId: string | null;
  readonly requestedAt: string;
  readonly lastRequestedAt: string;
  /** Null once it is decided. */
  readonly expiresAt: string | null;
  readonly decidedAt: string | null;
  /** Of what the identity provider sent last, to approve just that; null once it is decided. */
  readonly version: string | null;
}

export interface ReviewDetail extends ReviewSummary {
  /** Null once it is decided. */
  readonly attributes: AdoptionReview['resource'];
}

const OVER: Readonly<Record<Exclude<ReviewStatus, 'open'>, string>> = {
  approved: 'This was approved before.',
  rejected: 'This was rejected before. To let the connection have the member after all, link it by hand.',
  expired:
    'The identity provider has not asked for so long that the request expired; it opens again when it asks again.',
};

const CHANGED =
  'The identity provider has sent something else since that version. Read the review again, and approve it with its new version.';

/** Requests of connections to adopt members whom nobody manages, and what admins say to them. */
@Injectable()
export class AdoptionReviewsService {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(tenantId: string, status: ReviewStatus, page: PageWish): Promise<Page<ReviewSummary>> {
    const now = this.clock.now();
    const reviews = new AdoptionReviewsRepository(this.work.forTenant(tenantId));
    const { items, next } = await reviews.page(status, now, page);
    return { items: items.map((review) => summaryOf(review, now)), next };
  }

  async get(tenantId: string, id: string): Promise<ReviewDetail> {
    const found = await new AdoptionReviewsRepository(this.work.forTenant(tenantId)).find(id);
    const review = known('Adoption review', id, found);
    return { ...summaryOf(review, this.clock.now()), attributes: review.resource };
  }

  /**
   * Links the member to the connection, with what the identity provider sent last.
   * @param version of the review that the admin has seen
   * @throws DomainException `refused` when the identity provider has sent something else since
   */
  approve(by: Acting, id: string, version: string): Promise<void> {
    return this.decide(by, id, async ({ review, account, cause, session }) => {
      if (review.version !== version) throw refused(CHANGED);
      if (!(await new ConnectionNames(session).hold(review.connectionId))) throw refused('The connection was removed.');
      const { resource } = review;
      if (!resource) throw refused(OVER.expired);
      const difference = diff(account.member.resource, resource);
      const reviews = new AdoptionReviewsRepository(session);
      await store(session, account.member, adopt(account, review.connectionId, resource, difference, cause));
      if (!(await reviews.decide(review, 'approved', cause.at))) throw new DomainException({ kind: 'staleVersion' });
      await reviews.settle(account.member.id, review.connectionId, cause.at);
    });
  }

  /** For good: the connection is told so whenever it asks again. */
  reject(by: Acting, id: string): Promise<void> {
    return this.decide(by, id, async ({ review, account, cause, session }) => {
      const reviews = new AdoptionReviewsRepository(session);
      if (!(await reviews.decide(review, 'rejected', cause.at))) throw new DomainException({ kind: 'staleVersion' });
      await appendEvents(session, [reviewEvent('member.adoption_rejected', account.member, review, cause)]);
    });
  }

  private decide(by: Acting, id: string, decide: (round: Round) => Promise<void>): Promise<void> {
    return this.work.forTenant(by.tenantId).transaction(async (session) => {
      const reviews = new AdoptionReviewsRepository(session);
      const { memberId } = known('Adoption review', id, await reviews.find(id));
      // The member first, as everywhere, and then the review again as it is under that lock.
      const account = known('Adoption review', id, await new MembersRepository(session).findAccountForChange(memberId));
      const review = known('Adoption review', id, await reviews.find(id));
      const status = statusOf(review, this.clock.now());
      if (status !== 'open') throw refused(OVER[status]);
      await decide({ review, account, cause: causeOf(by, this.clock), session });
    });
  }
}

interface Round {
  readonly review: ShownReview;
  readonly account: Account;
  readonly cause: Cause;
  readonly session: TenantSession;
}

function summaryOf(review: ListedReview, now: Date): ReviewSummary {
  const { id, memberId, scimId, memberUserName, memberActive, connectionId, connectionName } = review;
  const { userName, externalId, requestedAt, lastRequestedAt, decision, decidedAt, version } = review;
  return {
    id,
    status: statusOf(review, now),
    member: { id: memberId, scimId, userName: memberUserName, active: memberActive },
    connection: { id: connectionId, name: connectionName },
    userName,
    externalId,
    requestedAt,
    lastRequestedAt,
    expiresAt: decision === null ? expiresAt(review) : null,
    decidedAt,
    version,
  };
}

function refused(detail: string): DomainException {
  return new DomainException({ kind: 'refused', detail });
}
