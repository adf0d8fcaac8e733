import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { BY_INDEX } from '../../../src/persistence/data-source.js';
import { LATE_EVENTS } from '../../../src/persistence/relay-statements.js';
import { inOrder } from '../../../src/persistence/statement.js';
import { flattened, type PlanNode } from '../../support/query-plan.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const WAITING = 5000;
const SUBJECTS = 1000;

let space: Workspace;
let superuser: pg.Client;
let system: pg.Client;
const tenantId = uuid();

beforeAll(async () => {
  space = await openWorkspace();
  superuser = new pg.Client({ connectionString: space.database.superuserUrl });
  await superuser.connect();
  system = new pg.Client({ connectionString: space.database.systemUrl, options: BY_INDEX });
  await system.connect();
  // Two versions of each of many subjects, the later one under the earlier id where its number ends with 7.
  await superuser.query(
    `with made as (
       select (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid as id,
         lpad((n % ${WAITING / 2})::text, 32, '0')::uuid as subject,
         case when (n < ${WAITING / 2}) = (n % ${WAITING / 2} % 10 = 7) then 2 else 1 end as version
       from generate_series(0, ${WAITING - 1}) n
     ), told as (
       insert into events (tenant_id, id, type, occurred_at, actor_type, subject_type, subject_id, subject_version, data)
       select $1, id, 'member.updated', now(), 'system', 'member', subject, version, '{}' from made
     )
     insert into outbox (tenant_id, event_id) select $1, id from made`,
    [tenantId],
  );
});
afterAll(async () => {
  await system.end();
  await superuser.end();
  await space.close();
});

/** Of a batch with the first events: what is asked for those behind it. */
async function behindTheBatch() {
  const { rows } = await superuser.query<{ id: string; subject_id: string; subject_version: number }>(
    'select id, subject_id, subject_version from events where tenant_id = $1 order by id limit $2',
    [tenantId, SUBJECTS],
  );
  return inOrder(LATE_EVENTS, [
    {
      tenantId,
      subjects: rows.map((row) => row.subject_id),
      versions: rows.map((row) => row.subject_version),
      last: rows.at(-1)?.id,
      horizon: 'ffffffff-ffff-7fff-8fff-ffffffffffff',
    },
  ]);
}

describe('The events that belong before a batch', () => {
  it('are the earlier versions of its subjects that wait behind it', async () => {
    const { rows } = await system.query(LATE_EVENTS.text, await behindTheBatch());
    expect(rows).toHaveLength(SUBJECTS / 10);
    expect(rows.every((row) => row.subject_version === 1 && /7$/.test(row.subject_id))).toBe(true);
  });

  it.each([['never analysed'], ['analysed']])(
    'are found in one pass over what waits, in tables that were %s',
    async (how) => {
      if (how === 'analysed') await superuser.query('analyze events, outbox');
      const explain = `explain (analyze, format json, timing off) ${LATE_EVENTS.text}`;
      const { rows } = await system.query(explain, await behindTheBatch());
      const nodes = flattened<PlanNode>(rows[0]['QUERY PLAN'][0].Plan);
      expect(nodes.filter((node) => node['Node Type'] === 'Function Scan').map((node) => node['Actual Loops'])).toEqual(
        [1],
      );
      const read = nodes
        .filter((node) => node['Relation Name']?.startsWith('events'))
        .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
      expect(read).toBeLessThanOrEqual(WAITING);
    },
  );
});
