import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { DomainException } from '../domain/domain-error.js';
import { CursorSigner } from '../http/cursor-signer.js';
import { FEATURES } from '../http/features.js';
import type { ScimCall } from '../http/scim-call.js';
import { MemberList, type MemberQuery, type Position } from '../persistence/member-list.js';
import type { StoredUser } from '../persistence/member-rows.js';
import { MembersRepository } from '../persistence/members.repository.js';
import { Settling } from '../persistence/settling.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import {
  type CursorScope,
  decodeCursor,
  encodeCursor,
  type ListQuery,
  parseFilter,
  pathText,
  type Tolerances,
  UserType,
} from '../scim/index.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

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
    private readonly cursors: CursorSigner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainException notFound, also for text that is no id of ours */
  async find({ caller }: ScimCall, scimId: string): Promise<StoredUser> {
    const members = new MembersRepository(this.work.forTenant(caller.tenantId));
    const user = UUID.test(scimId) ? await members.findStored(scimId, hidesUnlinked(caller)) : undefined;
    if (!user) throw new DomainException({ kind: 'notFound', resource: 'User', id: scimId });
    return user;
  }

  async list(call: ScimCall, query: ListQuery, tolerances: Tolerances): Promise<UsersPage> {
    const { caller, connection } = call;
    const scope = this.scopeOf(call, query);
    const dialect = connection.profile.dialect;
    const found = await new MemberList(this.work.forTenant(caller.tenantId)).page({
      ...(query.filter !== undefined && { filter: parseFilter(query.filter, UserType, { dialect, tolerances }) }),
      ...(query.sortBy && { sort: { by: query.sortBy, descending: query.sortOrder === 'descending' } }),
      from: this.from(query, scope),
      limit: query.page.count,
      hideUnlinked: hidesUnlinked(caller),
    });
    if (found.worthSettling) this.settling.consider(caller.tenantId);
    const { total: totalResults, users } = found;
    if (query.page.method === 'index') return { totalResults, users, startIndex: query.page.startIndex };
    return { totalResults, users, ...(found.next && { nextCursor: this.cursorAfter(found.next, scope) }) };
  }

  private from({ page }: ListQuery, scope: CursorScope): MemberQuery['from'] {
    if (page.method === 'index') return { offset: page.startIndex - 1 };
    if (page.cursor === '') return { after: undefined };
    const { keys } = decodeCursor(page.cursor, this.cursors.sign, scope, this.clock.now().getTime());
    const [scimId, sortKey] = keys as [string, (string | null)?];
    return { after: { scimId, ...(sortKey !== undefined && { sortKey }) } };
  }

  private cursorAfter({ scimId, sortKey }: Position, scope: CursorScope): string {
    const keys = sortKey === undefined ? [scimId] : [scimId, sortKey];
    const expires = this.clock.now().getTime() + FEATURES.pagination.cursorTimeout * 1000;
    return encodeCursor({ ...scope, keys, expires }, this.cursors.sign);
  }

  /** A cursor is good for one caller's connection and one query (RFC 9865 §5.2). */
  private scopeOf({ caller, connection }: ScimCall, { filter, sortBy, sortOrder, page }: ListQuery): CursorScope {
    const query = JSON.stringify([UserType.name, filter ?? '', sortBy ? pathText(sortBy) : '', sortOrder]);
    return {
      tenant: caller.tenantId,
      connection: connection.id,
      query: this.cursors.sign(query),
      count: page.count,
    };
  }
}

/** Decision 8: unlinked members are seen unless the tenant hides them. */
function hidesUnlinked({ settings }: ScimCall['caller']): boolean {
  return settings.unlinkedVisibility === 'hidden';
}
