import { describe, expect, it } from '@jest/globals';
import { isMailAddress } from '../../../src/domain/mail-address.js';
import { renderMail } from '../../../src/notifications/mail-templates.js';
import { mailText } from '../../../src/notifications/mail-text.js';
import { addressOf, nameOf } from '../../../src/notifications/member-address.js';
import { windowOf, windowUntil } from '../../../src/notifications/notification-window.js';
import { plainText } from '../../../src/notifications/plain-text.js';
import { waitAfter } from '../../../src/notifications/retry-schedule.js';
import { mustEncrypt } from '../../../src/notifications/smtp-sender.js';
import { UnsubscribeTokens } from '../../../src/notifications/unsubscribe-token.js';

const TENANT = '01a203e1-3603-7496-ba2e-e1a4e232b998';
const MINUTE = 60_000;

describe('A window', () => {
  it('is five minutes long, holds its time, and the next one begins where it ends', () => {
    let at = '2026-01-15T10:00:00.000Z';
    for (let count = 0; count < 10; count += 1) {
      const { from, to, over } = windowOf(TENANT, at);
      expect(Date.parse(to) - Date.parse(from)).toBe(5 * MINUTE);
      expect(from <= at && at < to && to < over).toBe(true);
      expect(windowOf(TENANT, from)).toEqual({ from, to, over });
      expect(windowUntil(to)).toEqual({ from, to, over });
      expect(windowOf(TENANT, to).from).toBe(to);
      at = to;
    }
  });

  it('begins at another time for another tenant', () => {
    const at = '2026-01-15T10:00:00.000Z';
    expect(windowOf(`${TENANT.slice(0, -1)}7`, at).from).not.toBe(windowOf(TENANT, at).from);
  });
});

describe('A name in a mail', () => {
  it.each([
    ['Kim Doe', 'Kim Doe'],
    ['  Kim \t Doe\n', 'Kim Doe'],
    ['Kim\r\nBcc: a@example.com', 'Kim Bcc: a@example. com'],
    ['Win at https://evil.example/x now', 'Win at evil. example/x now'],
    ['www.evil.example', 'www. evil. example'],
    ['Dr. J.R. Ewing, v2.1', 'Dr. J.R. Ewing, v2.1'],
    ['a\u0000b\u2028c\u0085d\u202ee', 'a b c d e'],
    ['half \ud800 letter', 'half \ufffd letter'],
    ['👩‍🚀 Ångström', '👩‍🚀 Ångström'],
    ['x'.repeat(101), `${'x'.repeat(99)}…`],
    ['👩'.repeat(101), `${'👩'.repeat(99)}…`],
    ['\r\n', ''],
  ])('%j is %j', (name, plain) => {
    expect(plainText(name)).toBe(plain);
  });
});

describe('The address of a member', () => {
  const member = (resource: object, userName = 'kim') => ({ resource: resource as never, userName });

  it.each([
    ['the primary e-mail', member({ emails: [{ value: 'a@b.co' }, { value: 'c@d.co', primary: true }] }), 'c@d.co'],
    ['the first one', member({ emails: [{ value: 'a@b.co' }, { value: 'c@d.co' }] }), 'a@b.co'],
    ['the user name', member({}, 'kim@example.com'), 'kim@example.com'],
    ['none where the user name is no address', member({ emails: [] }), undefined],
    [
      'none where the primary e-mail is no address',
      member({ emails: [{ value: 'x', primary: true }] }, 'a@b.co'),
      undefined,
    ],
    ['none in what is no e-mail', member({ emails: ['a@b.co', { type: 'work' }, null] }), undefined],
  ])('is %s', (_what, of, address) => {
    expect(addressOf(of)).toBe(address);
  });

  it.each([
    [{ displayName: 'Kim', name: { formatted: 'K. Doe' } }, 'Kim'],
    [{ name: { formatted: 'K. Doe' } }, 'K. Doe'],
    [{ name: { givenName: 'Kim' } }, undefined],
    [{}, undefined],
  ])('comes with the name of %j', (resource, name) => {
    expect(nameOf(resource)).toBe(name);
  });

  it.each([
    ['ada@example.com', true],
    ["a.b+c_o'd@mail.example.co.uk", true],
    ['kim@bücher.example', true],
    ['kim@example', false],
    ['kim@-example.com', false],
    ['kim@example..com', false],
    ['a..b@example.com', false],
    ['kim @example.com', false],
    ['kïm@example.com', false],
    [`kim@${'a.'.repeat(130)}com`, false],
    ['', false],
  ])('%j: %s', (text, is) => {
    expect(isMailAddress(text)).toBe(is);
  });
});

describe('A mail', () => {
  const page = {
    ...mailText({ kind: 'changes', notices: [{ kind: 'left', team: { id: 't', name: '<b>R&D</b>' } }] }, 'acme'),
    name: '<i>Kim</i>',
    unsubscribeUrl: 'https://scim.example.com/unsubscribe?token=a',
  };

  it('is readable as text', () => {
    expect(renderMail(page).text).toBe(`Hello <i>Kim</i>,

This changed for you in acme:

- You are no longer in the team <b>R&D</b>.

If this is not what you expected, ask those who look after accounts in your organisation.

-- 
No more mails like this: https://scim.example.com/unsubscribe?token=a
`);
  });

  it('escapes names in HTML, and nothing of it is loaded from anywhere', () => {
    const { html } = renderMail(page);
    expect(html).toContain('<li>You are no longer in the team &lt;b&gt;R&amp;D&lt;/b&gt;.</li>');
    expect(html).toContain('<p>Hello &lt;i&gt;Kim&lt;/i&gt;,</p>');
    expect(html).not.toMatch(/<(img|script|link|iframe)|src=|url\(/);
  });

  it('offers no way out where there is none', () => {
    const { text, html } = renderMail({ ...page, name: undefined, unsubscribeUrl: undefined });
    expect(text).toMatch(/^Hello,\n/);
    expect(text + html).not.toMatch(/No more mails/);
  });

  it('has one thing that happened in its subject, and speaks in general of several', () => {
    const left = { kind: 'left', team: { id: 't', name: 'Crew' } } as const;
    expect(mailText({ kind: 'changes', notices: [left] }, 'acme').subject).toBe(
      'acme: You are no longer in the team Crew',
    );
    expect(mailText({ kind: 'changes', notices: [left, left] }, 'acme').subject).toBe(
      'acme: Your account and teams changed',
    );
  });
});

describe('What fails', () => {
  it('is tried for about three days, less and less often', () => {
    const waits: number[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const wait = waitAfter(attempt, 0.5);
      if (wait === undefined) break;
      waits.push(wait);
    }
    expect(waits.slice(0, 5).map((wait) => wait / MINUTE)).toEqual([1, 5, 15, 30, 60]);
    const days = waits.reduce((sum, wait) => sum + wait, 0) / (24 * 60 * MINUTE);
    expect(Math.round(days * 10) / 10).toBe(3);
    expect(waitAfter(1, 0)).toBe(0.9 * MINUTE);
    expect(waitAfter(1, 1)).toBe(1.1 * MINUTE);
  });
});

describe('A password', () => {
  const server = { host: 'mail.example.com', port: 587, secure: false, user: 'muster', password: 'secret' };

  it.each([
    [server, true],
    [{ ...server, host: '127.0.0.1.example.com' }, true],
    [{ ...server, host: 'localhost' }, false],
    [{ ...server, host: '127.0.0.1' }, false],
    [{ ...server, host: '::1' }, false],
    [{ ...server, secure: true }, false],
    [{ ...server, user: undefined, password: undefined }, false],
  ])('for %j goes out behind STARTTLS only: %s', (to, must) => {
    expect(mustEncrypt(to)).toBe(must);
  });
});

describe('A token of an unsubscribe link', () => {
  const tokens = new UnsubscribeTokens('a secret of the installation');

  it('says which address of which tenant is meant, and does not say the address', () => {
    const optout = tokens.optout(TENANT, 'Kim@example.com');
    expect(tokens.read(tokens.token(optout))).toEqual(optout);
    expect(optout).toEqual(tokens.optout(TENANT, 'kim@EXAMPLE.com'));
    expect(optout).not.toEqual(tokens.optout(TENANT, 'lee@example.com'));
    expect(optout.digest).not.toBe(tokens.optout(`${TENANT.slice(0, -1)}7`, 'kim@example.com').digest);
  });

  it('of another installation is none', () => {
    const others = new UnsubscribeTokens('another secret of an installation');
    expect(tokens.read(others.token(others.optout(TENANT, 'kim@example.com')))).toBeUndefined();
  });

  it.each([undefined, null, 7, '', 'x', ['x'], 'A'.repeat(107), 'A'.repeat(108), `${'A'.repeat(106)}=`])(
    'is not %j',
    (text) => {
      expect(tokens.read(text)).toBeUndefined();
    },
  );
});
