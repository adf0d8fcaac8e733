import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { newId } from '../config/new-id.js';
import { DomainException, type NamedResource } from '../domain/domain-error.js';
import type { Cause } from '../domain/member.js';
import {
  GRANT_NAME,
  grantAdded,
  grantRemoved,
  linkEvent,
  type TeamLink,
  type TeamPermission,
} from '../domain/team-access.js';
import type { ManagementCall } from '../http/management.js';
import {
  type GrantKey,
  type LinkKey,
  type LinkState,
  TeamLinksRepository,
} from '../persistence/team-links.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';

/** Tries against a state that others keep changing. */
const ATTEMPTS = 5;

/** What a PUT came to: whether the thing is new, and the thing. */
export interface Put<T> {
  readonly created: boolean;
  readonly item: T;
}

/**
 * What an admin says of a team besides its members: which groups are linked to it, and what it may do. Each call is one
 * change with its event, or nothing at all when everything is as wished already.
 */
@Injectable()
export class TeamLinksService {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  putLink(call: ManagementCall, key: LinkKey, permission: TeamPermission): Promise<Put<TeamLink>> {
    const links = this.links(call);
    return settle(async () => {
      const state = await links.linkState(key);
      const groupName = this.linkable(key, state);
      const item = { groupId: key.groupId, groupName, permission };
      const before = state.permission ?? undefined;
      const event = linkEvent(key, { before, after: permission }, this.cause(call));
      if (event === undefined) return { created: false, item };
      const written = before
        ? await links.changeLink(key, before, permission, event)
        : await links.createLink(key, permission, event);
      return written ? { created: before === undefined, item } : undefined;
    });
  }

  removeLink(call: ManagementCall, key: LinkKey): Promise<true> {
    const links = this.links(call);
    return settle(async () => {
      const { permission: before } = await links.linkState(key);
      const event = before && linkEvent(key, { before, after: undefined }, this.cause(call));
      if (!event) throw notFound('Link', key.groupId);
      return (await links.removeLink(key, before, event)) || undefined;
    });
  }

  putGrant(call: ManagementCall, key: GrantKey): Promise<Put<{ readonly name: string }>> {
    if (!GRANT_NAME.test(key.name)) {
      const detail = `must be 1 to 64 of a-z, 0-9, ".", "_", ":" and "-", with a letter or digit first`;
      throw new DomainException({ kind: 'invalid', attribute: 'name', detail });
    }
    const links = this.links(call);
    const item = { name: key.name };
    return settle(async () => {
      const { teamExists, granted } = await links.grantState(key);
      if (!teamExists) throw notFound('Team', key.teamId);
      if (granted) return { created: false, item };
      const written = await links.addGrant(key, grantAdded(key.teamId, key.name, this.cause(call)));
      return written ? { created: true, item } : undefined;
    });
  }

  async removeGrant(call: ManagementCall, key: GrantKey): Promise<void> {
    const removed =
      GRANT_NAME.test(key.name) &&
      (await this.links(call).removeGrant(key, grantRemoved(key.teamId, key.name, this.cause(call))));
    if (!removed) throw notFound('Grant', key.name);
  }

  /** @throws DomainException when there is no such team or group, or both are one */
  private linkable({ teamId, groupId }: LinkKey, { teamExists, groupName }: LinkState): string {
    if (!teamExists) throw notFound('Team', teamId);
    if (groupName === null) throw notFound('Group', groupId);
    if (teamId === groupId) {
      throw new DomainException({ kind: 'invalid', attribute: 'groupId', detail: 'a team cannot be linked to itself' });
    }
    return groupName;
  }

  private links({ caller }: ManagementCall): TeamLinksRepository {
    return new TeamLinksRepository(this.work.forTenant(caller.tenantId));
  }

  private cause({ caller, requestId }: ManagementCall): Cause {
    const { serviceAccountId: id, tokenId, connection } = caller;
    return {
      at: this.clock.now().toISOString(),
      eventId: newId(),
      actor: { type: 'service_account', id, connectionId: connection?.id ?? null, tokenId },
      requestId,
    };
  }
}

/** Repeats a change that somebody else was faster with, each time from the state as it is then. */
async function settle<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 1; tries <= ATTEMPTS; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new DomainException({ kind: 'staleVersion' });
}

function notFound(resource: NamedResource, id: string): DomainException {
  return new DomainException({ kind: 'notFound', resource, id });
}
