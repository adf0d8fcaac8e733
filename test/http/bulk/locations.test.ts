import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { person } from '../users/people.js';
import { bulk, post, resultsOf } from './requests.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const BASE = 'https://scim.example.com/scim/v2';

it('Every result but that of a failed POST has a location, whatever is wrong with the operation', async () => {
  const client = await app.connection();
  const { id } = await client.create(person('kim'));
  const absent = randomUUID();
  const answer = await bulk(client, [
    { method: 'PUT', path: `Users/${id}/`, data: [] },
    { method: 'PATCH', path: `/Users/${id}`, data: { Operations: 'none' } },
    { method: 'PATCH', path: `/Users/${id}`, data: {}, version: 1 },
    { method: 'DELETE', path: `/Users/${absent}` },
    { method: 'DELETE', path: '/Users' },
    { method: 'PUT', path: '/Nope/a b?c', data: {} },
    { method: 'PATCH', path: '/Users/bulkId:lost', data: {} },
    { method: 'GET', path: `/Users/${id}` },
    post('/Users', 'twin', person('kim')),
    { method: 'DELETE', path: `users/${id}` },
    { method: 'DELETE', path: `Users/${id}/` },
  ]);
  const shown = resultsOf(answer).map(({ status, location }) => [status, location]);
  expect(shown).toEqual([
    ['400', `${BASE}/Users/${id}`],
    ['400', `${BASE}/Users/${id}`],
    ['400', `${BASE}/Users/${id}`],
    ['404', `${BASE}/Users/${absent}`],
    ['400', `${BASE}/Users`],
    ['404', `${BASE}/Nope/a%20b%3Fc`],
    ['409', `${BASE}/Users/bulkId:lost`],
    ['400', `${BASE}/Users/${id}`],
    ['409', undefined],
    ['404', `${BASE}/users/${id}`],
    ['204', `${BASE}/Users/${id}`],
  ]);
});
