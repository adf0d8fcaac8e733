import type { DomainEvent } from '../domain/domain-event.js';
import { type Page, type PageWish, pageOf } from '../domain/page.js';
import type { TeamLink, TeamPermission } from '../domain/team-access.js';
import { eventValues } from './events.repository.js';
import { isForeignKeyViolation } from './pg-errors.js';
import type { TenantStatement, Values } from './statement.js';
import * as statements from './team-link-statements.js';
import type { TenantSession } from './unit-of-work.js';

export interface LinkKey {
  readonly teamId: string;
  readonly groupId: string;
}

/** `groupName` and `permission` are null where there is no such group or link. */
export interface LinkState {
  readonly teamExists: boolean;
  readonly groupName: string | null;
  readonly permission: TeamPermission | null;
}

export interface GrantKey {
  readonly teamId: string;
  readonly name: string;
}

interface LinkRow {
  readonly group_id: string;
  readonly group_name: string;
  readonly permission: TeamPermission;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Links and grants of the session's tenant. Each write is one statement with its event and outbox entry; false says that
 * the state is no longer the one the caller saw, and that nothing was written.
 */
export class TeamLinksRepository {
  constructor(private readonly session: TenantSession) {}

  /** In the order of the groups' ids; undefined when there is no such team. */
  async links(teamId: string, { after = BEFORE_ALL, limit }: PageWish): Promise<Page<TeamLink> | undefined> {
    const rows = await this.session.run<LinkRow | { readonly group_id: null }>(statements.LIST_LINKS, {
      teamId,
      after,
      limit: limit + 1,
    });
    if (rows.length === 0) return undefined;
    const links = rows
      .filter((row): row is LinkRow => row.group_id !== null)
      .map(({ group_id: groupId, group_name: groupName, permission }) => ({ groupId, groupName, permission }));
    return pageOf(links, limit, ({ groupId }) => groupId);
  }

  async linkState(key: LinkKey): Promise<LinkState> {
    const [row] = await this.session.run<LinkRow & { readonly team_exists: boolean }>(statements.LINK_STATE, {
      ...key,
    });
    return {
      teamExists: row?.team_exists ?? false,
      groupName: row?.group_name ?? null,
      permission: row?.permission ?? null,
    };
  }

  createLink(key: LinkKey, permission: TeamPermission, event: DomainEvent): Promise<boolean> {
    return this.write(statements.INSERT_LINK, { ...key, after: permission }, event);
  }

  changeLink(key: LinkKey, before: TeamPermission, after: TeamPermission, event: DomainEvent): Promise<boolean> {
    return this.write(statements.UPDATE_LINK, { ...key, before, after }, event);
  }

  removeLink(key: LinkKey, before: TeamPermission, event: DomainEvent): Promise<boolean> {
    return this.write(statements.DELETE_LINK, { ...key, before }, event);
  }

  /** Names in the order of their characters; undefined when there is no such team. */
  async grants(teamId: string, { after = '', limit }: PageWish): Promise<Page<string> | undefined> {
    const rows = await this.session.run<{ readonly name: string | null }>(statements.LIST_GRANTS, {
      teamId,
      after,
      limit: limit + 1,
    });
    if (rows.length === 0) return undefined;
    const names = rows.flatMap(({ name }) => (name === null ? [] : [name]));
    return pageOf(names, limit, (name) => name);
  }

  async grantState(key: GrantKey): Promise<{ readonly teamExists: boolean; readonly granted: boolean }> {
    const [row] = await this.session.run<{ readonly team_exists: boolean; readonly granted: boolean }>(
      statements.GRANT_STATE,
      { ...key },
    );
    return { teamExists: row?.team_exists ?? false, granted: row?.granted ?? false };
  }

  addGrant(key: GrantKey, event: DomainEvent): Promise<boolean> {
    return this.write(statements.INSERT_GRANT, { ...key }, event);
  }

  removeGrant(key: GrantKey, event: DomainEvent): Promise<boolean> {
    return this.write(statements.DELETE_GRANT, { ...key }, event);
  }

  /** A team that was removed since it was seen is one more way in which the state is another. */
  private async write(statement: TenantStatement, values: Values, event: DomainEvent): Promise<boolean> {
    try {
      return (await this.session.run(statement, { ...values, ...eventValues(event) })).length > 0;
    } catch (error) {
      if (isForeignKeyViolation(error)) return false;
      throw error;
    }
  }
}
