import type { Connection } from '../domain/connection.js';
import { type Page, type PageWish, pageOf } from '../domain/page.js';
import { BOUND, systemStatement, tenantStatement } from './statement.js';
import type { SystemSession, TenantSession } from './unit-of-work.js';

/** Whom and what a connection manages. */
export interface ConnectionHold {
  readonly activeMembers: number;
  readonly inactiveMembers: number;
  readonly teams: number;
}

const COLUMNS = `c.id, c.tenant_id as "tenantId", c.name, c.idp, c.unknown_members as "unknownMembers", c.status, c.created_at as "createdAt",
  c.updated_at as "updatedAt"`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Removed connections are in no answer. */
const SELECT = `select ${COLUMNS} from connections c where c.removed_at is null`;
const OF_TENANT = `${SELECT} and c.tenant_id = $tenant::uuid and ${BOUND}`;

const PAGE = tenantStatement(
  'connections.page',
  ` ${OF_TENANT} and c.id > $after::uuid order by c.id limit $limit::int`,
);
const FIND = tenantStatement('connections.find', ` ${OF_TENANT} and c.id = $id::uuid`);
/** Reads all members of the tenant once: an index for this would cost every create. */
const HOLD = tenantStatement(
  'connections.hold',
  `select count(*) filter (where m.active)::int as "activeMembers",
     count(*) filter (where not m.active)::int as "inactiveMembers",
     (select count(*)::int from teams t
      where t.tenant_id = $tenant::uuid and t.connection_id = $id::uuid and ${BOUND}) as teams
   from members m
   where m.tenant_id = $tenant::uuid and m.connection_id = $id::uuid and m.scim_id is not null and ${BOUND}`,
);

/** The connections of the session's tenant. */
export class ConnectionsReader {
  constructor(private readonly session: TenantSession) {}

  /** In the order of their creation. */
  async page({ after = BEFORE_ALL, limit }: PageWish): Promise<Page<Connection>> {
    const rows = await this.session.run<Connection>(PAGE, { after, limit: limit + 1 });
    return pageOf(rows, limit, ({ id }) => id);
  }

  async find(id: string): Promise<Connection | undefined> {
    const [row] = await this.session.run<Connection>(FIND, { id });
    return row;
  }

  async hold(id: string): Promise<ConnectionHold> {
    const [row] = await this.session.run<ConnectionHold>(HOLD, { id });
    return row ?? { activeMembers: 0, inactiveMembers: 0, teams: 0 };
  }
}

const COUNT = systemStatement(
  'connections.count',
  `select count(*)::int as count from connections c where c.tenant_id = $tenantId::uuid and c.removed_at is null`,
);
const CREATE = systemStatement(
  'connections.create',
  `insert into connections (tenant_id, id, name, idp, unknown_members, status, created_at, updated_at)
   values ($tenantId, $id, $name, $idp, $unknownMembers, $status, $createdAt, $updatedAt)`,
);
const LIST = systemStatement('connections.list', `${SELECT} and c.tenant_id = $tenantId order by c.name`);
const FIND_FOR_CHANGE = systemStatement(
  'connections.find_for_change',
  `${SELECT} and c.tenant_id = $tenantId and c.id = $id for update`,
);
const REVISE = systemStatement(
  'connections.revise',
  `update connections set name = $name, idp = $idp, unknown_members = $unknownMembers, status = $status, updated_at = $updatedAt
   where tenant_id = $tenantId and id = $id`,
);
const HAS_GOOD_TOKEN = systemStatement(
  'connections.has_good_token',
  `select exists (select from access_tokens a where a.tenant_id = $tenantId and a.connection_id = $id
     and a.revoked_at is null and a.expires_at > $at) as has`,
);

/** Connections of all tenants, for changes that also make or end tokens. */
export class ConnectionsRepository {
  constructor(private readonly session: SystemSession) {}

  /** Removed ones do not count. */
  async count(tenantId: string): Promise<number> {
    const [row] = await this.session.run<{ count: number }>(COUNT, { tenantId });
    return row?.count ?? 0;
  }

  /** @throws a unique violation of connections_name_key */
  async create(connection: Connection): Promise<void> {
    await this.session.run(CREATE, { ...connection });
  }

  /** In the order of their names. */
  list(tenantId: string): Promise<Connection[]> {
    return this.session.run<Connection>(LIST, { tenantId });
  }

  /** Locks it until the transaction ends. */
  async findForChange(tenantId: string, id: string): Promise<Connection | undefined> {
    const [row] = await this.session.run<Connection>(FIND_FOR_CHANGE, { tenantId, id });
    return row;
  }

  /** @throws a unique violation of connections_name_key */
  async revise(connection: Connection): Promise<void> {
    await this.session.run(REVISE, { ...connection });
  }

  /** Whether a token of it is neither revoked nor expired. */
  async hasGoodToken({ tenantId, id }: Connection, at: Date): Promise<boolean> {
    const [row] = await this.session.run<{ has: boolean }>(HAS_GOOD_TOKEN, { tenantId, id, at });
    return row?.has === true;
  }
}
