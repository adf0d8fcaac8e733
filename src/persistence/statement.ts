/**
 * SQL as constants. A tenant statement takes the tenant as $1 and binds it itself: its first CTE sets `muster.tenant` for its
 * own transaction, and BOUND, a condition without columns, becomes a One-Time Filter that PostgreSQL evaluates before it reads
 * or writes a row. So one round trip is enough under row level security, in whatever order the planner joins (ADR 2).
 * Each part that touches a table also names `tenant_id = $1::uuid`.
 */
export interface TenantStatement {
  readonly kind: 'tenant';
  readonly name?: string;
  readonly text: string;
}

/** SQL that belongs to no tenant; only the system session accepts it. */
export interface SystemStatement {
  readonly kind: 'system';
  readonly name?: string;
  readonly text: string;
}

export const BOUND = '(select tenant from scope) = $1';

const SCOPE = `with scope as materialized (select set_config('muster.tenant', $1, true) as tenant)`;

/**
 * @param name of the server-side prepared statement, unique in the code; undefined for text made at run time
 * @param body what follows the scope: `select …`, or `, other as (…) select …`
 */
export function tenantStatement(name: string | undefined, body: string): TenantStatement {
  if (!body.includes(BOUND)) throw new Error(`Statement ${name ?? body} does not bind its tenant`);
  return { kind: 'tenant', ...(name && { name }), text: SCOPE + body };
}

export function systemStatement(name: string, text: string): SystemStatement {
  return { kind: 'system', name, text };
}
