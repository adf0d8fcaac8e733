import { BOUND, tenantStatement } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** Uses to be added to what is known. */
export interface ToleranceCount {
  readonly connectionId: string;
  readonly tolerance: string;
  readonly uses: number;
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number;
}

export interface ToleranceTotal {
  readonly tolerance: string;
  readonly uses: number;
  /** ISO 8601. */
  readonly lastUsedAt: string;
}

/**
 * Rows are locked in one order, so that several instances do not wait for each other in a circle. Uses of a connection that
 * is gone are dropped: they would hold up all others for ever.
 */
const ADD = tenantStatement(
  'tolerances.add',
  `with added as (
      insert into connection_tolerances (tenant_id, connection_id, tolerance, uses, last_used_at)
      select $tenant::uuid, c.id, used.tolerance, used.uses, used.at
      from unnest($connections::uuid[], $tolerances::text[], $uses::bigint[], $times::timestamptz[])
        as used (connection_id, tolerance, uses, at)
      join connections c on c.tenant_id = $tenant::uuid and c.id = used.connection_id
      where ${BOUND}
      order by c.id, used.tolerance
      on conflict (tenant_id, connection_id, tolerance) do update
        set uses = connection_tolerances.uses + excluded.uses,
          last_used_at = greatest(connection_tolerances.last_used_at, excluded.last_used_at)
    ) select`,
);

const LIST = tenantStatement(
  'tolerances.list',
  `select u.tolerance, u.uses, u.last_used_at from connections c
    left join connection_tolerances u on u.tenant_id = $tenant::uuid and u.connection_id = c.id
    where c.tenant_id = $tenant::uuid and c.id = $connectionId::uuid and c.removed_at is null and ${BOUND}
    order by u.uses desc, u.tolerance`,
);

/** How often the connections of the session's tenant leaned on which leniency. */
export class TolerancesRepository {
  constructor(private readonly session: TenantSession) {}

  /** One statement for all. Repeated after a connection was lost in the commit, it may count twice, never too little. */
  async add(counts: readonly ToleranceCount[]): Promise<void> {
    await this.session.run(ADD, {
      connections: counts.map(({ connectionId }) => connectionId),
      tolerances: counts.map(({ tolerance }) => tolerance),
      uses: counts.map(({ uses }) => uses),
      times: counts.map(({ lastUsedAt }) => new Date(lastUsedAt)),
    });
  }

  /** The most used first; undefined when there is no such connection. */
  async list(connectionId: string): Promise<readonly ToleranceTotal[] | undefined> {
    const rows = await this.session.run<{ tolerance: string | null; uses: string; last_used_at: string }>(LIST, {
      connectionId,
    });
    if (rows.length === 0) return undefined;
    return rows.flatMap(({ tolerance, uses, last_used_at: lastUsedAt }) =>
      tolerance === null ? [] : [{ tolerance, uses: Number(uses), lastUsedAt }],
    );
  }
}
