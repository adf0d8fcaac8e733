import { DomainException } from '../domain/domain-error.js';
import type { Change, Member } from '../domain/member.js';
import { MembersRepository } from '../persistence/members.repository.js';
import type { TenantSession } from '../persistence/unit-of-work.js';

/**
 * Writes a change with its event; nothing where there is none.
 * @param before held by the session's transaction
 */
export async function store(session: TenantSession, before: Member, { member, event }: Change): Promise<void> {
  if (!event) return;
  const result = await new MembersRepository(session).revise(before, member, event);
  if (result.kind === 'taken') throw new DomainException({ kind: 'conflict', attribute: result.attribute });
  if (result.kind === 'missed') throw new DomainException({ kind: 'staleVersion' });
}
