import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { run } from '../../../src/cli/run.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let superuser: pg.Client;
let env: Record<string, string>;
const kim = uuid();
beforeAll(async () => {
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.superuserUrl,
    MUSTER_APP_DATABASE_URL: database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: database.systemUrl,
  };
  superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  await muster('tenant create acme');
  await muster('connection create --tenant acme --idp okta');
  await superuser.query(
    `insert into members (tenant_id, id, scim_id, user_name, user_name_key, display_name_key, active, resource, version,
       created_at, updated_at)
     select id, $1, $2, 'kim@example.com', 'kim@example.com', 'kim doe', true,
       '{"userName":"kim@example.com","displayName":"Kim Doe","active":true}', 1, now(), now() from tenants`,
    [kim, uuid()],
  );
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

/** One command as from a shell. */
async function muster(line: string) {
  const said = { out: '', err: '' };
  const code = await run(line.split(' '), {
    env,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}
const json = async (line: string) => {
  const { out, err, code } = await muster(`${line} --tenant acme --json`);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  return JSON.parse(out);
};
const refusal = (sentence: RegExp) => ({ code: 1, out: '', err: expect.stringMatching(sentence) });

describe('muster member', () => {
  it('shows members, all of them or those searched for', async () => {
    expect(await json('member list')).toMatchObject({ items: [{ id: kim, userName: 'kim@example.com' }], next: null });
    expect(await json('member list --search KIM --unlinked')).toMatchObject({ items: [{ id: kim }] });
    expect(await json('member list --connection okta')).toEqual({ items: [], next: null });
    expect(await json('member list --inactive')).toEqual({ items: [], next: null });
    expect((await muster('member list --tenant acme')).out).toContain(`${kim}  kim@example.com  -           active`);
  });

  it('shows one by its id or its userName', async () => {
    const shown = await json(`member show ${kim}`);
    expect(shown).toMatchObject({ id: kim, connection: null, access: { teams: [], grants: [] } });
    expect(await json('member show Kim@Example.com')).toEqual(shown);
    expect((await muster('member show kim@example.com --tenant acme')).out).toMatch(/^managed by +-$/m);
  });

  it('does what the API does, one after the other, each told with an operator', async () => {
    expect(await json(`member break-glass ${kim}`)).toMatchObject({ breakGlass: true });
    expect(await muster(`member link ${kim} --tenant acme --connection okta`)).toEqual(refusal(/break-glass/));
    expect(await json(`member break-glass ${kim} --off`)).toMatchObject({ breakGlass: false });
    expect(await json(`member deactivate ${kim}`)).toMatchObject({ active: false });
    expect(await json(`member reactivate ${kim}`)).toMatchObject({ active: true });
    expect(await json(`member link ${kim} --connection okta --external-id x-1`)).toMatchObject({
      externalId: 'x-1',
      connection: { name: 'okta' },
    });
    expect(await muster(`member deactivate ${kim} --tenant acme`)).toEqual(refusal(/managed by the connection okta;/));
    expect(await json(`member deactivate ${kim} --override`)).toMatchObject({ active: false });
    expect(await json(`member set-external-id ${kim} --external-id x-2`)).toMatchObject({ externalId: 'x-2' });
    expect(await json(`member set-external-id ${kim} --none`)).toMatchObject({ externalId: null });
    expect(await json(`member unlink ${kim}`)).toMatchObject({ connection: null });
    const { rows } = await superuser.query(
      `select type, actor_type from events where subject_id = $1 order by subject_version`,
      [kim],
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'member.break_glass_changed',
      'member.break_glass_changed',
      'member.deactivated',
      'member.reactivated',
      'member.linked',
      'member.deactivated',
      'member.external_id_changed',
      'member.external_id_changed',
      'member.unlinked',
    ]);
    expect(new Set(rows.map(({ actor_type }) => actor_type))).toEqual(new Set(['operator']));
  });

  it.each([
    ['member show nobody --tenant acme', /There is no such member\./],
    [`member show ${kim} --tenant other`, /There is no tenant other/],
    ['member show x --tenant', /./],
    [`member link ${kim} --tenant acme --connection entra`, /There is no such connection\./],
    [`member set-external-id ${kim} --tenant acme`, /Give either --external-id or --none\./],
    ['member list --tenant acme --limit many', /no number/],
    ['member list --tenant acme --after x', /There is no such member\./],
    [`member erase ${kim} --tenant acme --user-name lee@example.com`, /userName: is not that of the member/],
    ['review approve x --seen y --tenant acme', /There is no such adoption review\./],
  ])('%s fails in a sentence', async (line, sentence) => {
    const { code, err, out } = await muster(line);
    expect(code).not.toBe(0);
    expect(err).toMatch(sentence);
    expect(err + out).not.toMatch(/\n\s+at /);
  });
});

describe('muster review', () => {
  const review = (id: string) =>
    superuser.query(
      `insert into adoption_reviews (tenant_id, id, member_id, connection_id, user_name, resource, requested_at,
         last_requested_at)
       select tenant_id, $1, $2, id, 'kim@example.com', '{"userName":"kim@example.com","title":"Pilot","active":true}',
         now(), date_trunc('milliseconds', now()) from connections
       on conflict (tenant_id, member_id, connection_id) do update set id = $1, decision = null, resource = excluded.resource`,
      [id, kim],
    );

  it('lists what is open, and approves', async () => {
    const id = uuid();
    await review(id);
    expect(await json('review list')).toMatchObject({
      items: [{ id, member: { id: kim }, connection: { name: 'okta' } }],
    });
    expect((await muster('review list --tenant acme')).out).toContain(`${id}  kim@example.com  okta`);
    const { version, attributes } = await json(`review show ${id}`);
    expect(attributes).toMatchObject({ title: 'Pilot' });
    expect(await muster(`review approve ${id} --seen other --tenant acme`)).toEqual(refusal(/sent something else/));
    expect(await json(`review approve ${id} --seen ${version}`)).toMatchObject({ id, status: 'approved' });
    expect(await json(`member show ${kim}`)).toMatchObject({
      connection: { name: 'okta' },
      attributes: { title: 'Pilot' },
    });
    expect(await muster(`review reject ${id} --tenant acme`)).toEqual(refusal(/approved before/));
  });

  it('rejects', async () => {
    await json(`member unlink ${kim}`);
    const id = uuid();
    await review(id);
    expect((await muster(`review reject ${id} --tenant acme`)).out).toBe(
      'The adoption of kim@example.com is rejected.\n',
    );
    expect(await json('review list --status rejected')).toMatchObject({ items: [{ id }] });
    expect(await json('review list')).toEqual({ items: [], next: null });
  });
});

describe('muster member erase', () => {
  it('leaves nothing to be shown', async () => {
    expect(await json(`member erase ${kim} --user-name kim@example.com`)).toEqual({ id: kim, erased: true });
    expect(await muster(`member show ${kim} --tenant acme`)).toEqual(refusal(/There is no such member\./));
  });
});
