import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { newId } from '../config/new-id.js';
import type { Connection, MemberFate } from '../domain/connection.js';
import { release } from '../domain/connection-release.js';
import type { DomainEvent } from '../domain/domain-event.js';
import type { Cause } from '../domain/member.js';
import { Problem } from '../http/problem.js';
import { ConnectionReleaseRepository } from '../persistence/connection-release.repository.js';
import { type ConnectionHold, ConnectionsReader } from '../persistence/connections.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AdminTransactions } from './admin-transactions.js';
import type { Author } from './author.js';
import { known } from './connections.service.js';

/** Members that are read and written at a time. */
const BATCH = 500;

/**
 * The end of a connection. First it is disabled, so that nobody pushes into it any more; then, in one transaction, it lets go of
 * its members and teams and is gone. Whoever meets an error in between sends the same request again.
 */
@Injectable()
export class ConnectionRemoval {
  private readonly transactions: AdminTransactions;

  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.transactions = new AdminTransactions(work, clock);
  }

  /**
   * @param fate what becomes of its members; undefined: it must not manage an active one
   * @throws Problem 409 with the number of active members
   */
  async remove(author: Author, tenantId: string, id: string, fate: MemberFate | undefined): Promise<void> {
    const reader = new ConnectionsReader(this.work.forTenant(tenantId));
    known(id, await reader.find(id));
    if (fate === undefined) refuseInUse(await reader.hold(id));
    const connection = await this.transactions.change(author, async ({ connections }) =>
      connections.switch(known(id, await connections.find(tenantId, id)), 'disabled'),
    );
    await this.work.forTenant(tenantId).transaction(async (session) => {
      const held = new ConnectionReleaseRepository(session, id);
      if (!(await held.lock())) known(id, undefined);
      // Somebody may have come in the moment before it was disabled; then it stays disabled.
      if (fate === undefined) refuseInUse(await new ConnectionsReader(session).hold(id));
      await this.letGo(held, author, connection, fate ?? 'unlink');
    });
  }

  private async letGo(
    held: ConnectionReleaseRepository,
    author: Author,
    connection: Connection,
    fate: MemberFate,
  ): Promise<void> {
    const at = this.clock.now().toISOString();
    const cause = (): Cause => ({ at, eventId: newId({ msecs: Date.parse(at) }), ...author });
    let members = await held.held(undefined, BATCH);
    while (members.length > 0) {
      await held.release(members.map((member) => release(member, fate, cause())));
      members = await held.held(members.at(-1)?.id, BATCH);
    }
    await held.releaseTeams(event('team.unlinked', connection, cause()));
    await held.revokeTokens(event('token.revoked', connection, cause()));
    await held.remove(event('connection.removed', connection, cause()));
  }
}

function refuseInUse({ activeMembers }: ConnectionHold): void {
  if (activeMembers === 0) return;
  const many = activeMembers === 1 ? '1 active member' : `${activeMembers} active members`;
  throw new Problem(
    409,
    `The connection still manages ${many}. Unassign them at the identity provider, or say what becomes of them: members=deactivate ends their access, members=unlink lets them keep it.`,
  );
}

/** Also what the events of its teams and tokens have in common with it. */
function event(
  type: 'connection.removed' | 'team.unlinked' | 'token.revoked',
  { id, name, idp }: Connection,
  { eventId, at, actor, requestId }: Cause,
): DomainEvent {
  return {
    id: eventId,
    type,
    occurredAt: at,
    actor,
    requestId,
    subjectType: 'connection',
    subjectId: id,
    data: { before: { name, idp } },
  };
}
