import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { BOUND, tenantStatement } from '../../src/persistence/statement.js';
import type { TenantSession } from '../../src/persistence/unit-of-work.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

const WHO = tenantStatement(undefined, ` select pg_backend_pid() as pid where ${BOUND}`);

let workspace: Workspace;
let administrator: pg.Client;
let session: TenantSession;

beforeAll(async () => {
  workspace = await openWorkspace();
  administrator = new pg.Client({ connectionString: workspace.database.superuserUrl });
  await administrator.connect();
  session = workspace.work.forTenant(workspace.tenantId);
});

afterAll(async () => {
  await administrator.end();
  await workspace.close();
});

describe('A connection that the server ends', () => {
  it('fails the transaction under way as unavailable, and the next one has another connection', async () => {
    const [before] = await session.run<{ pid: number }>(WHO);
    const lost = session.transaction(async (inside) => {
      const [mine] = await inside.run<{ pid: number }>(WHO);
      await endConnection(mine?.pid);
      return inside.run(WHO);
    });
    await expect(lost).rejects.toMatchObject({ error: { kind: 'unavailable' } });

    const [after] = await session.transaction((inside) => inside.run<{ pid: number }>(WHO));
    expect(after?.pid).not.toBe(before?.pid);
  });

  it('ends nothing else when nobody was asking it anything', async () => {
    const answer = session.transaction(async (inside) => {
      const [mine] = await inside.run<{ pid: number }>(WHO);
      await endConnection(mine?.pid);
      await administrator.query('select pg_sleep(0.05)');
    });
    await expect(answer).rejects.toMatchObject({ error: { kind: 'unavailable' } });
  });
});

async function endConnection(pid: number | undefined): Promise<void> {
  await administrator.query('select pg_terminate_backend($1, 5000)', [pid]);
}
