import { Injectable } from '@nestjs/common';
import { DomainException, type NamedResource } from '../domain/domain-error.js';
import type { Page, PageWish } from '../domain/page.js';
import { type EffectiveMember, GRANT_NAME, type TeamLink } from '../domain/team-access.js';
import type { ManagementCall } from '../http/management.js';
import { TeamAccessRepository, type TeamSummary } from '../persistence/team-access.repository.js';
import { TeamLinksRepository } from '../persistence/team-links.repository.js';
import { type TenantSession, UnitOfWork } from '../persistence/unit-of-work.js';

/** Teams as an admin sees them: who is in them and why, what is linked and granted. Each answer is one round trip. */
@Injectable()
export class TeamsReader {
  constructor(private readonly work: UnitOfWork) {}

  teams(call: ManagementCall, page: PageWish): Promise<Page<TeamSummary>> {
    return new TeamAccessRepository(this.session(call)).teams(page);
  }

  async members(call: ManagementCall, teamId: string, page: PageWish): Promise<Page<EffectiveMember>> {
    return known('Team', teamId, await new TeamAccessRepository(this.session(call)).members(teamId, page));
  }

  async links(call: ManagementCall, teamId: string, page: PageWish): Promise<Page<TeamLink>> {
    return known('Team', teamId, await new TeamLinksRepository(this.session(call)).links(teamId, page));
  }

  async grants(call: ManagementCall, teamId: string, page: PageWish): Promise<Page<{ readonly name: string }>> {
    const grants = new TeamLinksRepository(this.session(call));
    const { items, next } = known('Team', teamId, await grants.grants(teamId, page));
    return { items: items.map((name) => ({ name })), next };
  }

  async grant(call: ManagementCall, teamId: string, name: string): Promise<{ readonly name: string }> {
    const grants = new TeamLinksRepository(this.session(call));
    const granted = GRANT_NAME.test(name) && (await grants.grantState({ teamId, name })).granted;
    return known('Grant', name, granted ? { name } : undefined);
  }

  private session({ caller }: ManagementCall): TenantSession {
    return this.work.forTenant(caller.tenantId);
  }
}

function known<T>(resource: NamedResource, id: string, found: T | undefined): T {
  if (found === undefined) throw new DomainException({ kind: 'notFound', resource, id });
  return found;
}
