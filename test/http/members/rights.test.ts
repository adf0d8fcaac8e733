import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { type Method, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { type Admin, adminOf, problem, type Someone, someone } from '../management/admin.js';
import { memberEvents, unlinkedMember } from '../users/people.js';

let app: TestApp;
let client: ScimClient;
let linked: Someone;
let unlinked: Someone;
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  linked = await someone(client, 'kim');
  unlinked = await unlinkedMember(client.tenant, 'lee');
});
afterAll(() => app.close());

interface Operation {
  readonly what: string;
  readonly method: Method;
  /** Behind the account. */
  readonly path: string;
  readonly body?: () => object;
  /** Bodies that are refused, each with the field that is wrong. */
  readonly wrong: readonly [object | string, string][];
}

const nothing = {} as const;
/** In an order in which each can be done to somebody unlinked; the last leaves nobody. */
const OPERATIONS: readonly Operation[] = [
  {
    what: 'deactivate',
    method: 'POST',
    path: 'deactivate',
    wrong: [
      [{ override: 'yes' }, 'override'],
      [{ x: 1 }, 'x'],
    ],
  },
  { what: 'reactivate', method: 'POST', path: 'reactivate', wrong: [[{ override: null }, 'override']] },
  {
    what: 'protect',
    method: 'PUT',
    path: 'break-glass',
    body: () => ({ breakGlass: false }),
    wrong: [
      [nothing, 'breakGlass'],
      [{ breakGlass: 'true' }, 'breakGlass'],
    ],
  },
  {
    what: 'link',
    method: 'POST',
    path: 'link',
    body: () => ({ connectionId: client.issued.connection.id, externalId: 'x-1' }),
    wrong: [
      [nothing, 'connectionId'],
      [{ connectionId: 'okta' }, 'connectionId'],
      [{ connectionId: uuid(), externalId: '' }, 'externalId'],
      [{ connectionId: uuid(), externalId: 'a\u0000b' }, 'externalId'],
      [{ connectionId: uuid(), externalId: 'x'.repeat(257) }, 'externalId'],
      ['{"connectionId":"019bc119-0100-704a-9b48-cbd9c7f7fc0f","externalId":"\\ud800"}', 'externalId'],
    ],
  },
  {
    what: 'change the externalId',
    method: 'PUT',
    path: 'external-id',
    body: () => ({ externalId: 'x-2' }),
    wrong: [
      [nothing, 'externalId'],
      [{ externalId: '' }, 'externalId'],
      [{ externalId: 7 }, 'externalId'],
      [{ externalId: 'a\nb' }, 'externalId'],
      [{ externalId: ['x'] }, 'externalId'],
    ],
  },
  { what: 'unlink', method: 'POST', path: 'unlink', wrong: [] },
  {
    what: 'erase',
    method: 'POST',
    path: 'erase',
    body: () => ({ userName: 'lee@example.com' }),
    wrong: [
      [nothing, 'userName'],
      [{ userName: 7 }, 'userName'],
      [{ userName: 'x'.repeat(1001) }, 'userName'],
    ],
  },
];

const ask = (admin: Admin, { method, path, body }: Operation, id: string, other?: object | string) =>
  admin.call(method, `/members/${id}/${path}`, other ?? body?.());

describe.each(OPERATIONS)('To $what a member', (operation) => {
  it.each(['members:read', 'members:write', 'teams:write', 'tenant:read', 'audit:read'] as const)(
    'is refused to a token with %s',
    async (scope) => {
      const before = await memberEvents(client.tenant);
      const answer = await ask(await adminOf(client.tenant, [scope]), operation, unlinked.id);
      expect(answer).toMatchObject(problem(403));
      expect(await memberEvents(client.tenant)).toEqual(before);
    },
  );

  it('of another tenant is as unknown as one that nobody has, byte by byte', async () => {
    const stranger = await adminOf(await app.tenant());
    const headers = { 'x-request-id': 'same' };
    const send = (id: string) =>
      stranger.call(operation.method, `/members/${id}/${operation.path}`, operation.body?.(), headers);
    const absent = await send(uuid());
    expect(absent).toMatchObject(problem(404));
    for (const id of [linked.id, unlinked.id, linked.scimId, 'x', '%00'])
      expect((await send(id)).text).toBe(absent.text);
  });

  it('is refused with a body that is wrong, and nothing happens', async () => {
    const admin = await adminOf(client.tenant);
    const before = await memberEvents(client.tenant);
    for (const [body, field] of operation.wrong) {
      const answer = await ask(admin, operation, unlinked.id, body);
      expect({ body, answer }).toMatchObject({ body, answer: problem(422) });
      expect((answer.json.errors as { field: string }[]).map((each) => each.field)).toContain(field);
    }
    expect(await memberEvents(client.tenant)).toEqual(before);
  });

  it('is done for an admin, as a control', async () => {
    expect((await ask(await adminOf(client.tenant), operation, unlinked.id)).status).toBeLessThan(300);
  });
});
