import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import type { ScimClient, TestApp } from '../../support/app.js';
import { type CaughtMail, SmtpCatcher } from '../../support/smtp-catcher.js';
import { createGroup } from '../groups/groups.js';
import { person } from '../users/people.js';
import { deliver, mailRows, notified, startOffice } from './office.js';

const INJECTION = 'Kim\r\nBcc: victim@example.com\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>';

const NAMES: readonly [string, string][] = [
  ['line ends and headers', INJECTION],
  ['single line ends', 'Kim\nBcc: victim@example.com\rX-Injected: yes\n\nbody'],
  ['other line ends of Unicode', 'Kim\u2028Bcc: victim@example.com\u2029X-Injected: yes\u0085\u000b\u000c'],
  ['an address', 'Kim <victim@example.com>, Lee'],
  ['a group', 'friends: victim@example.com;'],
  ['quotes and backslashes', 'Kim "The \\ Pilot" Doe\\'],
  ['an open quote', '"Kim <victim@example.com'],
  ['an encoded word', '=?utf-8?Q?Kim=0D=0ABcc:_victim@example.com?='],
  ['letters of everywhere', 'Žofie Ångström 김철수 👩‍🚀'],
  ['text that turns around', 'Kim \u202emoc.elpmaxe@mitciv\u202c'],
  ['no end in sight', 'x'.repeat(250)],
  ['nothing one can see', '\r\n\t'],
];

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'message-id',
  'mime-version',
  'subject',
  'to',
];

let app: TestApp;
let catcher: SmtpCatcher;
let idp: ScimClient;
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
});

function headersOf({ raw }: CaughtMail): string[] {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
  return head
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
    .sort();
}

describe('A name', () => {
  it.each(NAMES)('with %s adds no header and no recipient, in whatever place it stands', async (_what, name) => {
    const { id } = await idp.create(person('kim', { displayName: name }));
    const { status } = await idp.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: `a${name}`,
      members: [{ value: id }],
    });
    await deliver(app);
    const { id: crew } = await createGroup(idp, 'Crew', [id]);
    await deliver(app);
    await idp.patch(`/Groups/${crew}`, [{ op: 'replace', path: 'displayName', value: `b${name}` }]);
    await deliver(app);
    expect(status).toBe(201);
    expect(catcher.mails).toHaveLength(3);
    for (const mail of catcher.mails) {
      expect(mail).toMatchObject({ from: 'muster@example.com', to: ['kim@example.com'] });
      expect(headersOf(mail)).toEqual(HEADERS);
      const { to, cc, bcc, subject, html } = mail.parsed;
      expect([to].flat().flatMap((list) => list?.value.map(({ address }) => address) ?? [])).toEqual([
        'kim@example.com',
      ]);
      expect([cc, bcc]).toEqual([undefined, undefined]);
      expect(String(subject).length).toBeLessThan(350);
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
      expect(html).not.toContain('<script>');
    }
  });

  it('that needs no change arrives as it is', async () => {
    await idp.create(person('kim', { displayName: 'Žofie "Z" Ångström, 김철수 👩‍🚀' }));
    await deliver(app);
    const { to } = catcher.mails[0]!.parsed;
    expect([to].flat()[0]?.value).toEqual([{ address: 'kim@example.com', name: 'Žofie "Z" Ångström, 김철수 👩‍🚀' }]);
  });

  it('would add headers if it were written as it is: the control', async () => {
    const transport = createTransport(catcher.url);
    const raw = `From: muster@example.com\r\nTo: ${INJECTION}\r\nSubject: Hello\r\n\r\nHello\r\n`;
    await transport.sendMail({ envelope: { from: 'muster@example.com', to: ['kim@example.com'] }, raw });
    transport.close();
    expect(headersOf(catcher.mails[0]!)).toEqual(['bcc', 'from', 'to', 'x-injected']);
  });
});

describe('An address', () => {
  it.each([
    'kim@example.com, victim@example.com',
    'kim@example.com;victim@example.com',
    'friends: kim@example.com;',
    'Kim <kim@example.com>',
    '<kim@example.com>',
    '"kim doe"@example.com',
    'kim@example.com\r\nBcc: victim@example.com',
    'kim@example.com\r\nRCPT TO:<victim@example.com>',
    'kim@[127.0.0.1]',
    'kim@localhost',
    'kim@example.com (comment)',
    'kim@@example.com',
    '@example.com',
    'kim.@example.com',
    `${'k'.repeat(65)}@example.com`,
  ])('such as %j gets no mail', async (value) => {
    await idp.create(person('kim', { emails: [{ value, primary: true }] }));
    await deliver(app);
    expect(catcher.mails).toEqual([]);
    expect(await mailRows(app, idp)).toMatchObject([{ state: 'skipped' }]);
  });

  it.each(["o'neil+muster@example.com", 'KIM@EXAMPLE.COM', 'k_i-m@mail.example.co.uk'])(
    'such as %s gets one, as a control',
    async (value) => {
      await idp.create(person('kim', { emails: [{ value, primary: true }] }));
      await deliver(app);
      expect(catcher.mails).toHaveLength(1);
    },
  );
});
