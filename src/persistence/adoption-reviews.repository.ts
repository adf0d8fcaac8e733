import { type AdoptionReview, expiryEdge, type ReviewStatus } from '../domain/adoption-review.js';
import type { DomainEvent } from '../domain/domain-event.js';
import { type Page, type PageWish, pageOf } from '../domain/page.js';
import { DECIDE, FIND, LISTS, REQUEST, SETTLE } from './adoption-review-statements.js';
import { eventValues } from './events.repository.js';
import type { TenantSession } from './unit-of-work.js';

/** A review with what people know the two by. */
export interface ListedReview extends Omit<AdoptionReview, 'resource'> {
  /** Of what was pushed last: another text when that is another User. Null once it was decided. */
  readonly version: string | null;
  /** Null once the member was removed. */
  readonly scimId: string | null;
  readonly memberUserName: string;
  readonly memberActive: boolean;
  readonly connectionName: string;
}

export interface ShownReview extends ListedReview, Pick<AdoptionReview, 'resource'> {}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Who wants to adopt whom, in the session's tenant. */
export class AdoptionReviewsRepository {
  constructor(private readonly session: TenantSession) {}

  async find(id: string): Promise<ShownReview | undefined> {
    const [row] = await this.session.run<ShownReview>(FIND, { id });
    return row;
  }

  /** In the order in which they were asked for. */
  async page(status: ReviewStatus, now: Date, { after = BEFORE_ALL, limit }: PageWish): Promise<Page<ListedReview>> {
    const rows = await this.session.run<ListedReview>(LISTS[status], {
      edge: expiryEdge(now),
      after,
      limit: limit + 1,
    });
    return pageOf(rows, limit, ({ id }) => id);
  }

  /**
   * Notes that a connection asks for an unlinked member, once for each pair; asking again renews the request.
   * @returns false when it was rejected before
   */
  async request(
    review: Omit<AdoptionReview, 'requestedAt' | 'lastRequestedAt' | 'decision' | 'decidedAt'>,
    event: DomainEvent,
  ): Promise<boolean> {
    const rows = await this.session.run(REQUEST, {
      ...review,
      resource: JSON.stringify(review.resource),
      ...eventValues(event),
      edge: expiryEdge(new Date(event.occurredAt)),
    });
    return rows.length > 0;
  }

  /** @returns false when it is not open any more, or was asked for again since it was read */
  async decide(review: AdoptionReview, decision: 'approved' | 'rejected', at: string): Promise<boolean> {
    const { id, lastRequestedAt } = review;
    return (await this.session.run(DECIDE, { id, lastRequestedAt, decision, decidedAt: at })).length > 0;
  }

  /** After an admin has linked a member by hand. */
  async settle(memberId: string, connectionId: string, at: string): Promise<void> {
    await this.session.run(SETTLE, { memberId, connectionId, decision: 'approved', decidedAt: at });
  }
}
