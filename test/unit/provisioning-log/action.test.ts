import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { actionOf } from '../../../src/provisioning-log/action.js';
import { ACTION_NAMES, type Action } from '../../../src/provisioning-log/actions.js';
import { targetOf } from '../../../src/provisioning-log/target.js';
import { transcripts } from '../../http/transcripts/transcript.js';
import { asked } from './asked.js';

const GOLDEN = new URL('../../golden/provisioning-actions.txt', import.meta.url);

/** What every recorded request of every identity provider is taken for: action, whom it is about, and the request itself. */
function everyAction(): string {
  const blocks = transcripts().map(({ idp, conversations }) => {
    const lines = conversations.flatMap(({ title, steps }) => [
      `## ${idp}: ${title}`,
      ...steps.map(({ send: { method, path, body } }) => {
        const request = asked(method, path, body);
        const { id, name } = targetOf(request, undefined);
        return `${actionOf(request).padEnd(18)}${(name ?? id ?? '-').padEnd(40)}${method} ${path}`;
      }),
    ]);
    return lines.join('\n');
  });
  return `${blocks.join('\n')}\n`;
}

const patch = (...operations: readonly object[]) => ({ Operations: operations });

describe('What a request meant to do', () => {
  it('is in test/golden/provisioning-actions.txt for every recorded request (npm run golden rewrites it)', async () => {
    const actions = everyAction();
    if (process.env.MUSTER_GOLDEN === 'write') await writeFile(GOLDEN, actions);
    expect(actions).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it.each<[Action, ...Parameters<typeof asked>]>([
    // Okta
    ['test-connection', 'GET', '/Users?startIndex=1&count=2'],
    ['list-users', 'GET', '/Users?startIndex=1&count=100'],
    ['look-up-user', 'GET', '/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100'],
    ['create-user', 'POST', '/Users', { userName: 'test.user@okta.local' }],
    ['deactivate-user', 'PATCH', '/Users/1', patch({ op: 'replace', value: { active: false } })],
    ['reactivate-user', 'PATCH', '/Users/1', patch({ op: 'replace', value: { active: true } })],
    ['set-password', 'PATCH', '/Users/1', patch({ op: 'replace', value: { password: 'x' } })],
    ['deactivate-user', 'PUT', '/Users/1', { userName: 'a', active: false }],
    ['replace-user', 'PUT', '/Users/1', { userName: 'a', active: true }],
    ['rename-group', 'PATCH', '/Groups/1', patch({ op: 'replace', value: { id: '1', displayName: 'Pilots' } })],
    [
      'change-members',
      'PATCH',
      '/Groups/1',
      patch({ op: 'remove', path: 'members[value eq "2"]' }, { op: 'add', path: 'members', value: [{ value: '3' }] }),
    ],
    ['replace-members', 'PATCH', '/Groups/1', patch({ op: 'replace', path: 'members', value: [] })],
    ['replace-group', 'PUT', '/Groups/1', { displayName: 'Pilots', members: [] }],
    // Entra ID
    ['test-connection', 'GET', '/Users?filter=userName+eq+%22b7e1c9a0-7f3a-4d7e-9a53-0f1d1c2b3a4d%22'],
    ['look-up-user', 'GET', '/Users?filter=externalId%20eq%20tlind'],
    ['look-up-user', 'GET', '/Users?filter=externalId+eq+%22b7e1c9a0-7f3a-4d7e-9a53-0f1d1c2b3a4d%22'],
    ['look-up-user', 'GET', '/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22a%40b.example%22'],
    ['deactivate-user', 'PATCH', '/Users/1', patch({ op: 'Replace', path: 'active', value: 'False' })],
    ['reactivate-user', 'PATCH', '/Users/1', patch({ op: 'Replace', path: 'active', value: 'True' })],
    [
      'deactivate-user',
      'PATCH',
      '/Users/1',
      patch({ op: 'Replace', path: 'displayName', value: 'A' }, { op: 'Replace', path: 'active', value: 'False' }),
    ],
    [
      'update-user',
      'PATCH',
      '/Users/1',
      patch({ op: 'Replace', path: 'active', value: 'True' }, { op: 'Add', path: 'title', value: 'Pilot' }),
    ],
    ['update-user', 'PATCH', '/Users/1', patch()],
    ['add-members', 'PATCH', '/Groups/1', patch({ op: 'Add', path: 'members', value: [{ value: '2' }] })],
    ['remove-members', 'PATCH', '/Groups/1', patch({ op: 'Remove', path: 'members', value: [{ value: '2' }] })],
    ['check-membership', 'GET', '/Groups?filter=id+eq+%221%22+and+members+eq+%222%22'],
    ['look-up-group', 'GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22Pilots%22'],
    // others
    ['search-users', 'GET', '/Users?filter=userName+sw+%22a%22'],
    ['search-users', 'POST', '/Users/.search', { filter: 'userName sw "a"' }],
    ['look-up-user', 'POST', '/Users/.search', { filter: 'userName eq "a"' }],
    ['list-groups', 'GET', '/Groups?startIndex=1'],
    ['read-user', 'GET', '/Users/1'],
    ['delete-user', 'DELETE', '/Users/1'],
    ['delete-group', 'DELETE', '/Groups/1'],
    ['discover', 'GET', '/ServiceProviderConfig'],
    ['bulk', 'POST', '/Bulk', {}],
    ['search', 'POST', '/.search', {}],
    ['other', 'GET', '/Me'],
    ['other', 'OPTIONS', '/Users'],
  ])('is %s: %s %s', (action, ...request) => {
    expect(actionOf(asked(...request))).toBe(action);
  });

  it.each<[string, unknown]>([
    ['no body', undefined],
    ['a list', []],
    ['operations that are no list', { Operations: 'active' }],
    ['operations that are no objects', { Operations: [null, 1, 'active', ['op']] }],
    ['a path that is no text', patch({ op: 'replace', path: 7, value: false })],
    ['an op that is no text', patch({ op: { a: 1 }, path: 'members' })],
    ['names that are special', JSON.parse('{"__proto__":{"Operations":1},"constructor":2}')],
  ])('is found out of anything: %s', (_what, body) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'GET'])
      for (const path of ['/Users/1', '/Groups/1', '/Users', '/Users/.search']) {
        expect(ACTION_NAMES).toContain(actionOf(asked(method, path, body)));
      }
  });
});

describe('Whom a request is about', () => {
  const location = 'https://scim.example.com/scim/v2/Users/019b';
  it.each<[string, string, string, unknown, string | undefined, object]>([
    [
      'by the name in the body',
      'POST',
      '/Users',
      { userName: 'ada' },
      undefined,
      { type: 'User', id: null, name: 'ada' },
    ],
    [
      'in letters of any case',
      'POST',
      '/Users',
      { USERNAME: 'ada' },
      undefined,
      { type: 'User', id: null, name: 'ada' },
    ],
    [
      'with the id it was given',
      'POST',
      '/Users',
      { userName: 'ada' },
      location,
      { type: 'User', id: '019b', name: 'ada' },
    ],
    ['by the id in the path', 'DELETE', '/Users/019b', undefined, undefined, { type: 'User', id: '019b', name: null }],
    [
      'by a new name',
      'PATCH',
      '/Groups/7',
      patch({ op: 'replace', path: 'displayName', value: 'Pilots' }),
      undefined,
      { type: 'Group', id: '7', name: 'Pilots' },
    ],
    [
      'by what is looked for',
      'GET',
      '/Users?filter=userName+eq+%22ada%40example.com%22',
      undefined,
      undefined,
      { type: 'User', id: null, name: 'ada@example.com' },
    ],
    [
      'by an id that is looked for',
      'GET',
      '/Users?filter=id+eq+%227%22',
      undefined,
      undefined,
      { type: 'User', id: '7', name: null },
    ],
    [
      'by nothing a search says',
      'GET',
      '/Users?filter=password+eq+%22x%22',
      undefined,
      undefined,
      { type: 'User', id: null, name: null },
    ],
    ['nobody in particular', 'POST', '/Bulk', {}, undefined, { type: null, id: null, name: null }],
    ['a name that is no text', 'POST', '/Users', { userName: 7 }, undefined, { type: 'User', id: null, name: null }],
    [
      'a name no database holds',
      'POST',
      '/Users',
      { userName: 'a\0b' },
      undefined,
      { type: 'User', id: null, name: 'ab' },
    ],
    [
      'a long name',
      'POST',
      '/Users',
      { userName: 'a'.repeat(999) },
      undefined,
      { type: 'User', id: null, name: 'a'.repeat(256) },
    ],
  ])('is told %s', (_how, method, path, body, answeredWith, target) => {
    expect(targetOf(asked(method, path, body), answeredWith)).toEqual(target);
  });
});
