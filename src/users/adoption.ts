import { newId } from '../config/new-id.js';
import { adoptionByChange } from '../domain/admission.js';
import { reviewEvent } from '../domain/adoption-review.js';
import { DomainException } from '../domain/domain-error.js';
import type { Cause, Member, MemberResource } from '../domain/member.js';
import type { ScimCall } from '../http/scim-call.js';
import { AdoptionReviewsRepository } from '../persistence/adoption-reviews.repository.js';
import type { TenantSession } from '../persistence/unit-of-work.js';

/** What the other side may read in its log and pass on to somebody who can do something about it. */
const TEXTS = {
  waits: {
    post: 'This userName belongs to a member whose adoption waits for the approval of an admin.',
    change: 'No connection manages this member, and its adoption waits for the approval of an admin.',
  },
  rejected: {
    post: 'This userName belongs to a member whose adoption by this connection was rejected by an admin.',
    change: 'No connection manages this member, and its adoption by this connection was rejected by an admin.',
  },
  unwanted:
    'No connection manages this member, and this tenant adopts nobody by itself; an admin has to link it first.',
} as const;

type Outcome = 'waits' | 'rejected';

/** Asks the admins for a member that a POST means. @throws DomainException always: it is 409 until they have decided */
export async function askForPost(
  session: TenantSession,
  call: ScimCall,
  member: Member,
  resource: MemberResource,
  cause: Cause,
): Promise<never> {
  const detail = TEXTS[await ask(session, call, member, resource, cause)].post;
  throw new DomainException({ kind: 'conflict', attribute: 'userName', detail });
}

/**
 * Holds a PUT or PATCH of an unlinked member against the tenant's policy: what a POST may not adopt, no other method may
 * either. @throws DomainException unless the connection may go on
 */
export async function checkAdoption(
  session: TenantSession,
  call: ScimCall,
  member: Member,
  wanted: MemberResource,
  cause: Cause,
): Promise<void> {
  const policy = adoptionByChange(member, call.caller.settings);
  switch (policy) {
    case 'link':
      return;
    case 'conflict':
      throw held(TEXTS.unwanted);
    case 'review':
      throw held(TEXTS[await ask(session, call, member, wanted, cause)].change);
    default:
      return policy satisfies never;
  }
}

/** DELETE asks nobody: to be removed by an identity provider is no reason to be managed by it. */
export function checkRemoval({ caller }: ScimCall, member: Member): void {
  if (adoptionByChange(member, caller.settings) !== 'link') throw held(TEXTS.unwanted);
}

async function ask(
  session: TenantSession,
  { connection }: ScimCall,
  member: Member,
  resource: MemberResource,
  cause: Cause,
): Promise<Outcome> {
  const review = {
    id: newId(),
    memberId: member.id,
    connectionId: connection.id,
    userName: resource.userName as string,
    externalId: (resource.externalId as string | undefined) ?? null,
    resource,
  };
  const event = reviewEvent('member.adoption_requested', member, review, cause);
  return (await new AdoptionReviewsRepository(session).request(review, event)) ? 'waits' : 'rejected';
}

function held(detail: string): DomainException {
  return new DomainException({ kind: 'protected', detail });
}
