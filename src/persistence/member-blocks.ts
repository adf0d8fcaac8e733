import { SETTLED_AFTER_SECONDS } from './data-source.js';
import { BOUND, tenantStatement } from './statement.js';

/** Members per block: a page starts at most so many rows behind an entry of the directory. */
const BLOCK = 500;
/** Rows settled by one statement, so that the first list of a large tenant does not hold many locks for long. */
const BATCH = 20_000;
/** More unsettled rows than this are worth settling. */
export const WORTH_SETTLING = 2 * BLOCK;

/** Lowest and highest UUID: ends of the list order. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The directory's head: an empty block in front of all. Whoever extends the directory holds its lock. */
export const PLACE_HEAD = tenantStatement(
  'member_blocks.place_head',
  `with placed as (
      insert into member_blocks (tenant_id, first_id, last_id, live)
      select $tenant::uuid, '${FIRST_ID}', '${FIRST_ID}', 0 where ${BOUND}
      on conflict do nothing
    ) select`,
);
export const LOCK_HEAD = tenantStatement(
  'member_blocks.lock_head',
  `select from member_blocks where tenant_id = $tenant::uuid and first_id = '${FIRST_ID}' and ${BOUND} for update`,
);

/**
 * Adds settled members to the directory of the list order (ADR 2). Settled means: so old that no transaction that could still
 * add a member in front of them is running, with room for clocks that differ by a few seconds; ids are UUIDv7, so their time
 * is in their first 48 bits. `for key share` waits for removals under way, which change scim_id, and lets other updates pass:
 * a member removed later is counted down by its own statement, which sees the new block.
 */
export const SETTLE = tenantStatement(
  'member_blocks.settle',
  `with edge as (
      select (
        select last_id from member_blocks where tenant_id = $tenant::uuid and ${BOUND} order by first_id desc limit 1
      ) as last_id,
      (lpad(to_hex((extract(epoch from statement_timestamp()) * 1000)::bigint
        - ${SETTLED_AFTER_SECONDS * 1000}), 12, '0') || '00000000000000000000')::uuid as horizon
    ), settled as (
      select m.scim_id from members m, edge
      where m.tenant_id = $tenant::uuid and m.scim_id > edge.last_id and m.scim_id < edge.horizon and ${BOUND}
      order by m.scim_id limit ${BATCH} for key share of m
    ), numbered as (
      select scim_id, (row_number() over (order by scim_id) - 1) / ${BLOCK} as block from settled
    ), added as (
      insert into member_blocks (tenant_id, first_id, last_id, live)
      select $tenant::uuid, (array_agg(scim_id order by scim_id))[1], (array_agg(scim_id order by scim_id desc))[1], count(*)
      from numbered group by block having count(*) = ${BLOCK}
      returning live
    )
    select coalesce(sum(live), 0)::int as settled from added`,
);

/** CTEs `directory` (running count of members up to each block's end) and `tail` (what is not in the directory yet). */
export const DIRECTORY = `directory as (
    select last_id, sum(live) over (order by first_id) as upto from member_blocks where tenant_id = $tenant::uuid and ${BOUND}
  ), edge as (
    select last_id, upto from (select last_id, upto from directory order by last_id desc limit 1) e
    union all
    select '${FIRST_ID}'::uuid, 0 where not exists (select from directory)
  ), tail as materialized (
    select (
      select count(*) from members m where m.tenant_id = $tenant::uuid and m.scim_id > (select last_id from edge) and ${BOUND}
    ) as unsettled, upto as settled from edge
  )`;

/** CTE `start`: the block end in front of the page that begins at `$offset` (members before it), and how many that is. */
export const START = `start as (
    select last_id, upto from (
      (select last_id, upto from directory where upto <= $offset::bigint order by upto desc, last_id desc limit 1)
      union all
      select '${FIRST_ID}'::uuid, 0
    ) s order by upto desc, last_id desc limit 1
  )`;
