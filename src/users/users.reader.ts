import { Injectable } from '@nestjs/common';
import { isId } from '../config/new-id.js';
import { DomainException } from '../domain/domain-error.js';
import { BaseUrl } from '../http/base-url.js';
import { ListPaging } from '../http/list-paging.js';
import type { ScimCall } from '../http/scim-call.js';
import { MemberList } from '../persistence/member-list.js';
import type { StoredUser } from '../persistence/member-rows.js';
import { MembersRepository } from '../persistence/members.repository.js';
import { Settling } from '../persistence/settling.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { type ListQuery, parseFilter, type Tolerances, UserType } from '../scim/index.js';

export interface UsersPage {
  readonly totalResults: number;
  readonly users: readonly StoredUser[];
  readonly startIndex?: number;
  readonly nextCursor?: string;
}

/** Reads Users one by one and in lists; each read is one round trip. */
@Injectable()
export class UsersReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly settling: Settling,
    private readonly paging: ListPaging,
    private readonly baseUrl: BaseUrl,
  ) {}

  /** @throws DomainException notFound, also for text that is no id of ours */
  async find({ caller }: ScimCall, scimId: string): Promise<StoredUser> {
    const members = new MembersRepository(this.work.forTenant(caller.tenantId));
    const user = isId(scimId) ? await members.findStored(scimId, hidesUnlinked(caller)) : undefined;
    if (!user) throw new DomainException({ kind: 'notFound', resource: 'User', id: scimId });
    return user;
  }

  async list(call: ScimCall, query: ListQuery, tolerances: Tolerances): Promise<UsersPage> {
    const { caller, connection } = call;
    const options = { dialect: connection.profile.dialect, tolerances, alsoKnown: query.alsoKnown };
    const filter = query.filter === undefined ? undefined : parseFilter(query.filter, UserType, options);
    const paging = this.paging.of(call, UserType, query, filter);
    const found = await new MemberList(this.work.forTenant(caller.tenantId)).page({
      ...(filter && { filter }),
      ...(query.sortBy && { sort: { by: query.sortBy, descending: query.sortOrder === 'descending' } }),
      from: paging.from,
      limit: query.page.count,
      hideUnlinked: hidesUnlinked(caller),
      scimUrl: this.baseUrl.scim,
    });
    if (found.worthSettling) this.settling.consider(caller.tenantId);
    return { totalResults: found.total, users: found.users, ...paging.position(found.next) };
  }
}

/** Decision 8: unlinked members are seen unless the tenant hides them. */
function hidesUnlinked({ settings }: ScimCall['caller']): boolean {
  return settings.unlinkedVisibility === 'hidden';
}
