import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../../src/config/limits.js';
import { URN } from '../../src/scim/index.js';
import { SCIM_LIMITS } from '../../src/scim/limits.js';
import { type Answer, type Method, type ScimClient, startTestApp, type TestApp } from '../support/app.js';
import { createGroup, elements, people } from './groups/groups.js';

const RUNS = 60;
const SEED = 20_261_130;
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let app: TestApp;
let idp: ScimClient;
let user: string;
let team: string;
let names = 0;
beforeAll(async () => {
  app = await startTestApp();
  idp = await app.connection();
  [user = ''] = await people(idp, 'ada');
  team = (await createGroup(idp, 'Engineers', [user])).id;
});
afterAll(() => app.close());

/** A request whose size is a part of a limit. */
interface Large {
  readonly method: Method;
  readonly path: string;
  readonly body: object;
}

const userOf = (more: object) => ({ schemas: [URN.user], userName: `u${++names}@example.com`, ...more });
const patchOf = (Operations: readonly object[]) => ({ schemas: [PATCH], Operations });
const some = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const numbered = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;

/** Each makes a request of a size; 1 is the limit. */
const KINDS: Readonly<Record<string, (size: number, text: string) => Large>> = {
  'a user of many characters': (size, text) => {
    const title = text.repeat(Math.ceil((SCIM_LIMITS.userCharacters.value * size) / text.length));
    return { method: 'POST', path: '/Users', body: userOf({ title }) };
  },
  'a user of many elements': (size, text) => {
    const emails = some(SCIM_LIMITS.elements.value * size, (index) => ({ value: `${text}${index}@example.com` }));
    return { method: 'PUT', path: `/Users/${user}`, body: userOf({ emails }) };
  },
  'many operations on a user': (size, text) => {
    const make = (index: number) => ({ op: 'add', path: 'emails', value: [{ value: `${text}${index}@example.com` }] });
    return {
      method: 'PATCH',
      path: `/Users/${user}`,
      body: patchOf(some(SCIM_LIMITS.patchOperations.value * size, make)),
    };
  },
  'an operation with many keys': (size, text) => {
    const value = Object.fromEntries(
      some(SCIM_LIMITS.objectMembers.value * size, (index) => [`${text}${index}`, index]),
    );
    return { method: 'PATCH', path: `/Users/${user}`, body: patchOf([{ op: 'replace', value }]) };
  },
  'a group of many members': (size) => {
    const members = elements(some((LIMITS.requestBodyBytes.value * size) / 49, numbered));
    return { method: 'PUT', path: `/Groups/${team}`, body: { schemas: [URN.group], displayName: 'Others', members } };
  },
  'many members added to a group': (size) => {
    const value = elements(some((LIMITS.requestBodyBytes.value * size) / 49, numbered));
    return { method: 'PATCH', path: `/Groups/${team}`, body: patchOf([{ op: 'add', path: 'members', value }]) };
  },
  'a bulk of many operations': (size) => {
    const make = (index: number) => ({ method: 'POST', path: '/Users', bulkId: `b${index}`, data: userOf({}) });
    // Creating a thousand users shows no more than creating a few and being refused.
    const Operations = size > 1 ? some(LIMITS.bulkOperations.value * size, make) : some(20 * size, make);
    return { method: 'POST', path: '/Bulk', body: { schemas: [BULK], Operations } };
  },
  'a bulk of many bytes': (size, text) => {
    const title = text.repeat((LIMITS.bulkPayloadBytes.value * size) / 10 / Buffer.byteLength(text));
    const make = (index: number) => ({ method: 'POST', path: '/Users', bulkId: `b${index}`, data: userOf({ title }) });
    return { method: 'POST', path: '/Bulk', body: { schemas: [BULK], Operations: some(10, make) } };
  },
  'a search for many names': (size, text) => {
    const attributes = some(SCIM_LIMITS.listedNames.value * size, (index) => `${text}${index}`);
    return { method: 'POST', path: '/.search', body: { schemas: [SEARCH], attributes } };
  },
  'a search of many bytes': (size, text) => {
    const filter = `title eq "${text.repeat((LIMITS.searchBodyBytes.value * size) / Buffer.byteLength(text))}"`;
    return { method: 'POST', path: '/Users/.search', body: { schemas: [SEARCH], filter } };
  },
};

/** What a refused request must not change. */
async function state(): Promise<unknown> {
  const answers = await Promise.all([
    idp.get(`/Users/${user}`),
    idp.get(`/Groups/${team}`),
    idp.get('/Users?count=0'),
    idp.get('/Groups?count=0'),
  ]);
  return answers.map(({ status, json }) => ({ status, json }));
}

const created = ({ json }: Answer) =>
  ((json.Operations ?? []) as { readonly status: string }[]).filter(({ status }) => status === '201').length;
const totalUsers = async () => Number((await idp.get('/Users?count=0')).json.totalResults);

/** The statuses that each kind was answered with. */
const seen = new Map<string, Set<number>>();

async function judge(kind: string, { method, path, body }: Large): Promise<void> {
  const before = await state();
  const users = path === '/Bulk' ? await totalUsers() : 0;
  const answer = await idp.call(method, path, body);
  seen.set(kind, (seen.get(kind) ?? new Set()).add(answer.status));
  expect(answer.status).toBeLessThan(500);
  if (path === '/Bulk' && answer.status === 200) expect(await totalUsers()).toBe(users + created(answer));
  if (answer.status < 400) return;
  expect(answer.json).toMatchObject({ schemas: [ERROR], status: String(answer.status), detail: expect.any(String) });
  expect(answer.text.length).toBeLessThan(4000);
  expect(await state()).toEqual(before);
}

it('answers bodies up to every limit and above it without an error of the server and without half a change', async () => {
  const kinds = Object.keys(KINDS);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.5, 0.97, 1.03),
      fc.constantFrom('a', 'é', '"', '\\', '\u{1f600}', '\u0001', 'title', 'emails.value'),
      async (size, text) => {
        const kind = kinds[run++ % kinds.length] ?? '';
        const make = KINDS[kind];
        if (make) await judge(kind, make(size, text));
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  // The control: bodies of both sides of the limits were sent.
  const all = new Set([...seen.values()].flatMap((statuses) => [...statuses]));
  expect([...all].some((status) => status < 300)).toBe(true);
  expect(all).toContain(400);
  expect(all).toContain(413);
});
