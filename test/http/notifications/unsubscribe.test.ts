import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ScimClient, TestApp } from '../../support/app.js';
import { SmtpCatcher } from '../../support/smtp-catcher.js';
import { createGroup, people } from '../groups/groups.js';
import { person } from '../users/people.js';
import { deliver, mailRows, notified, startOffice } from './office.js';

const BASE = 'https://scim.example.com';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let app: TestApp;
let catcher: SmtpCatcher;
let idp: ScimClient;
let kim: string;
let path: string;
beforeAll(async () => {
  catcher = await SmtpCatcher.open();
  app = await startOffice(catcher);
});
afterAll(async () => {
  await app.close();
  await catcher.goAway();
});
beforeEach(async () => {
  catcher.mails.length = 0;
  idp = await notified(app);
  [kim = ''] = await people(idp, 'kim', 'lee');
  await deliver(app);
  path = linkIn('kim@example.com');
  catcher.mails.length = 0;
});

/** The path and query of the link that mail programs use. */
function linkIn(address: string): string {
  const [mail] = catcher.to(address);
  const header = /^List-Unsubscribe: <([^>]+)>/m.exec(mail?.raw.replaceAll(/\r\n[ \t]+/g, ' ') ?? '')?.[1] ?? '';
  expect(mail?.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
  expect(mail?.parsed.text).toContain(header);
  expect(header.startsWith(`${BASE}/unsubscribe?token=`)).toBe(true);
  return header.slice(BASE.length);
}

async function mailedAgain(): Promise<string[]> {
  await createGroup(idp, 'Crew', [kim]);
  await deliver(app);
  return catcher.mails.flatMap(({ to }) => to);
}

describe('The link in a mail', () => {
  it('opens a page that changes nothing by itself, however often a scanner looks at it', async () => {
    for (const method of ['GET', 'GET', 'HEAD'] as const) {
      const answer = await app.call(method, path);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    }
    expect((await app.call('GET', path)).text).toContain(`<form method="post" action="${path.slice(1)}">`);
    expect(await mailedAgain()).toEqual(['kim@example.com']);
  });

  it.each<[string, string | undefined, Record<string, string>]>([
    ['the button of the page', '', FORM],
    ['one click in a mail program', 'List-Unsubscribe=One-Click', FORM],
    [
      'one click with the other kind of form',
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
    ['a POST without a body', undefined, {}],
  ])('stops mails to the address by %s, without a cookie or a token of access', async (_what, body, headers) => {
    for (let twice = 0; twice < 2; twice += 1) {
      expect((await app.call('POST', path, body, { headers })).status).toBe(200);
    }
    expect(await mailedAgain()).toEqual([]);
    expect(await mailRows(app, idp)).toContainEqual(
      expect.objectContaining({ state: 'skipped', last_error: 'The address has unsubscribed.' }),
    );
  });

  it('stops those of one tenant and one address, and keeps no address', async () => {
    await app.call('POST', path, '', { headers: FORM });
    const other = await notified(app);
    await people(other, 'kim');
    await idp.create({ ...person('kim2'), emails: [{ value: 'KIM@example.com' }] });
    await idp.create(person('sam'));
    await deliver(app);
    expect(catcher.mails.flatMap(({ to }) => to).sort()).toEqual(['kim@example.com', 'sam@example.com']);
    expect(catcher.to('kim@example.com')[0]?.parsed.subject).toContain(other.tenant.slug);
    const [stored] = await app.rows('select o::text as row from mail_optouts o where tenant_id = $1', [idp.tenant.id]);
    expect(String(stored?.row)).not.toContain('kim');
  });

  it('is of no use when it was changed', async () => {
    const token = path.slice(path.indexOf('=') + 1);
    const bytes = Buffer.from(token, 'base64url');
    const forged = [...bytes.keys()].map((index) => {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      return changed.toString('base64url');
    });
    for (const wrong of [...forged, '', 'x', token.slice(1), `${token}A`, '%00', `${token}&token=${token}`]) {
      expect((await app.call('POST', `/unsubscribe?token=${wrong}`, '', { headers: FORM })).status).toBe(400);
      const page = await app.call('GET', `/unsubscribe?token=${wrong}`);
      expect(page.status).toBe(400);
      expect(page.text).not.toContain('<form');
    }
    expect((await app.call('POST', '/unsubscribe', '', { headers: FORM })).status).toBe(400);
    expect(await mailedAgain()).toEqual(['kim@example.com']);
  });
});

describe('Forms', () => {
  it.each([
    ['/scim/v2/Users', 415],
    ['/api/v1/webhook-endpoints', 415],
    ['/unsubscribes', 404],
  ])('are accepted at no other path: %s is %i', async (other, expected) => {
    const { token } = await app.tenants.createToken({ tenant: idp.tenant.slug, scopes: ['tenant:admin'] });
    const { status } = await app.call('POST', other, 'a=b', { headers: FORM, token });
    expect(status).toBe(expected);
  });
});
