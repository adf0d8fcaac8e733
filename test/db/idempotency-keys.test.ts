import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LIMITS } from '../../src/config/limits.js';
import { AnswersRepository, CLAIM } from '../../src/persistence/answers.repository.js';
import { ran, touched } from '../support/query-plan.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

const TENANT = '01a203e1-3603-7496-ba2e-e1a4e232b998';
const OTHER = '01a203e1-3603-7496-ba2e-e1a4e232b999';
const ACTOR = '01a203e1-3603-7496-ba2e-e1a4e232b997';
const KEYS = 20_000;
const DAY_MS = 86_400_000;
const NOW = new Date('2026-01-15T10:00:00.000Z');

let workspace: Workspace;
let client: pg.Client;
let answers: AnswersRepository;
beforeAll(async () => {
  workspace = await openWorkspace();
  client = new pg.Client({ connectionString: workspace.database.superuserUrl });
  await client.connect();
  answers = new AnswersRepository(workspace.work);
  await client.query(
    `insert into idempotency_keys (tenant_id, actor_id, key_digest, request, status, answer, claimed_at)
     select $1, $2, sha256(n::text::bytea), sha256(n::text::bytea), 200, 'x', $3::timestamptz - n * interval '1 second'
     from generate_series(1, ${KEYS}) n`,
    [TENANT, ACTOR, new Date(NOW.getTime() - DAY_MS)],
  );
  await client.query('analyze idempotency_keys');
});
afterAll(async () => {
  await client.end();
  await workspace.close();
});

const digest = (text: string) => Buffer.from(text.padEnd(32, '.')).toString('hex');
const request = (key: string, tenantId = TENANT) => ({
  tenantId,
  actorId: ACTOR,
  keyDigest: digest(key),
  request: digest('request'),
});

describe('Idempotency keys', () => {
  it('are claimed without looking at the others of the tenant, however many there are', async () => {
    await client.query(`prepare claim as ${CLAIM.text}`);
    const values = {
      ...request('new'),
      tenant: TENANT,
      at: NOW.toISOString(),
      expired: new Date(NOW.getTime() - DAY_MS).toISOString(),
      abandoned: NOW.toISOString(),
      maxKeys: LIMITS.idempotencyKeys.value,
      maxBytes: LIMITS.idempotencyBytes.value,
    };
    const nodes = await ran(client, 'claim', CLAIM, values);
    expect(touched(nodes, 'idempotency_keys')).toBeLessThan(5);
    const scan = await client.query(
      'explain (analyze, format json) select count(*) from idempotency_keys where request is not null',
    );
    expect(JSON.stringify(scan.rows)).toContain(`"Actual Rows":${KEYS}`);
  });

  it('are refused beyond as many as a tenant may store in a day, while known ones are still answered', async () => {
    await answers.claim(request('first', OTHER), NOW);
    await answers.keep(request('first', OTHER), { status: 201, sealed: Buffer.from('answer').toString('base64') });
    await client.query('update idempotency_usage set keys = $1 where tenant_id = $2', [
      LIMITS.idempotencyKeys.value,
      OTHER,
    ]);
    expect(await answers.claim(request('second', OTHER), NOW)).toEqual({ kind: 'full' });
    expect(await answers.claim(request('first', OTHER), NOW)).toMatchObject({ kind: 'answered', status: 201 });
    expect(await answers.claim(request('second', OTHER), new Date(NOW.getTime() + 2 * DAY_MS))).toEqual({
      kind: 'first',
    });
  });

  it('count with the bytes of their answers, and no longer when the request failed', async () => {
    const usage = async () => {
      const { rows } = await client.query(
        'select sum(keys)::int as keys, sum(bytes)::int as bytes from idempotency_usage where tenant_id = $1',
        [TENANT],
      );
      return rows[0];
    };
    await answers.claim(request('kept'), NOW);
    await answers.keep(request('kept'), { status: 201, sealed: Buffer.from('answer').toString('base64') });
    expect(await usage()).toEqual({ keys: 1, bytes: 6 });
    await answers.claim(request('failed'), NOW);
    await answers.forget(request('failed'));
    expect(await usage()).toEqual({ keys: 1, bytes: 6 });
  });

  it('go when they are a day old, in batches', async () => {
    expect(await answers.expire(NOW)).toBe(KEYS);
    expect(await answers.expire(NOW)).toBe(0);
    expect(await answers.claim(request('kept'), NOW)).toMatchObject({ kind: 'answered' });
  });
});
