import { uniqueViolation } from './pg-errors.js';
import { BOUND, systemStatement, tenantStatement } from './statement.js';
import { ONE_NAME_ONLY, teamNameKey } from './team-names.js';
import type { TenantSession, UnitOfWork } from './unit-of-work.js';

/** Teams whose keys are made by one statement. */
const BATCH = 500;
/** Tries against names that are written at the same time. */
const ATTEMPTS = 5;

const TENANTS = systemStatement(
  'team_name_keys.tenants',
  'select distinct t.tenant_id as id from teams t where t.name_key_rule = 0',
);

const OUTDATED = tenantStatement(
  'team_name_keys.outdated',
  `select t.id, t.display_name as name from teams t
    where t.tenant_id = $tenant::uuid and t.name_key_rule = 0 and ${BOUND} order by t.id limit $limit::int`,
);

/** Two teams that had different keys can have the same one now: the later one leaves the name's slot, as where a tenant allows equal names. */
const REKEY = tenantStatement(
  'team_name_keys.rekey',
  `with rekeyed as (
      update teams t set display_name_key = given.key, name_key_rule = 1, name_slot = case
        when exists (
          select from teams other
          where other.tenant_id = $tenant::uuid and other.id <> t.id and other.display_name_key = given.key
            and other.name_slot = '${ONE_NAME_ONLY}' and ${BOUND}
        ) then t.id else t.name_slot end
      from unnest($ids::uuid[], $names::text[], $keys::text[]) as given (id, name, key)
      where t.tenant_id = $tenant::uuid and t.id = given.id and t.display_name = given.name and t.name_key_rule = 0 and ${BOUND}
      returning t.id
    ) select count(*)::int as count from rekeyed`,
);

interface Outdated {
  readonly id: string;
  readonly name: string;
}

/**
 * Makes the keys anew of teams that were written under an older rule (ADR 21): batch by batch, beside the requests. It can be stopped and
 * repeated at any time, and several processes may run it at once. Versions and events do not change, because nothing that is shown does.
 * @param isStopped asked before each batch
 * @returns how many teams it was
 */
export async function rekeyTeamNames(work: UnitOfWork, isStopped: () => boolean): Promise<number> {
  let count = 0;
  for (const { id } of await work.system.run<{ id: string }>(TENANTS)) {
    const session = work.forTenant(id);
    for (let left = true; left && !isStopped(); ) {
      const batch = await session.run<Outdated>(OUTDATED, { limit: BATCH });
      if (batch.length > 0) count += await rekey(session, batch);
      left = batch.length > 0;
    }
  }
  return count;
}

async function rekey(session: TenantSession, batch: readonly Outdated[]): Promise<number> {
  const keyed = new Map(batch.map((team) => [teamNameKey(team.name), team]));
  const values = {
    ids: [...keyed.values()].map(({ id }) => id),
    names: [...keyed.values()].map(({ name }) => name),
    keys: [...keyed.keys()],
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const [row] = await session.run<{ count: number }>(REKEY, values);
      return row?.count ?? 0;
    } catch (error) {
      if (uniqueViolation(error) === undefined || attempt === ATTEMPTS) throw error;
    }
  }
}
