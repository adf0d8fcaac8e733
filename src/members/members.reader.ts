import { Injectable } from '@nestjs/common';
import { isId } from '../config/new-id.js';
import type { MemberResource } from '../domain/member.js';
import type { Page, PageWish } from '../domain/page.js';
import type { MemberAccess } from '../domain/team-access.js';
import { ConnectionNames } from '../persistence/connection-names.js';
import { MemberOverview, type MemberSearch, type MemberSummary } from '../persistence/member-overview.js';
import { TeamAccessRepository } from '../persistence/team-access.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { known } from './known.js';

/** A member with what is known of it. */
export interface MemberDetail extends MemberSummary {
  /** As an identity provider last described it, without id and meta. */
  readonly attributes: MemberResource;
  readonly access: Pick<MemberAccess, 'teams' | 'grants'>;
}

/** Members as an admin sees them. */
@Injectable()
export class MembersReader {
  constructor(private readonly work: UnitOfWork) {}

  list(tenantId: string, search: MemberSearch, page: PageWish): Promise<Page<MemberSummary>> {
    return new MemberOverview(this.work.forTenant(tenantId)).page(search, page);
  }

  /** @param id the account */
  async get(tenantId: string, id: string): Promise<MemberDetail> {
    const { resource, ...summary } = known(
      'Member',
      id,
      await new MemberOverview(this.work.forTenant(tenantId)).find(id),
    );
    const { teams, grants } = await this.access(tenantId, id);
    return { ...summary, attributes: resource, access: { teams, grants } };
  }

  /** @param id the account */
  async access(tenantId: string, id: string): Promise<MemberAccess> {
    return known('Member', id, await new TeamAccessRepository(this.work.forTenant(tenantId)).access(id));
  }

  /**
   * The account that an operator means.
   * @param text its id, or the userName of somebody who was not removed
   */
  async idOf(tenantId: string, text: string): Promise<string> {
    if (isId(text)) return text.toLowerCase();
    return known('Member', text, await new MemberOverview(this.work.forTenant(tenantId)).idOf(text));
  }

  /** The connection that an operator means, by its id or its name. */
  async connectionIdOf(tenantId: string, text: string): Promise<string> {
    return known('Connection', text, await new ConnectionNames(this.work.forTenant(tenantId)).find(text)).id;
  }
}
