import { describe, expect, it } from '@jest/globals';
import { MailWorker } from '../../../src/notifications/mail-worker.js';
import { startTestApp } from '../../support/app.js';
import { SmtpCatcher } from '../../support/smtp-catcher.js';
import { people } from '../groups/groups.js';
import { notified, seal, startOffice, WINDOW } from './office.js';

describe('Without an SMTP server', () => {
  it('mail is off, which is said once, and nothing is planned', async () => {
    const lines: string[] = [];
    const app = await startTestApp({ lines });
    const idp = await notified(app, { adminEmails: ['ada@example.com'] });
    await people(idp, 'kim');
    await seal(app);
    const worker = app.http.get(MailWorker);
    worker.start();
    await worker.stop();
    expect(lines.filter((line) => line.includes('E-mail is off'))).toHaveLength(1);
    expect(await app.rows(`select from deliveries where sink = 'email'`)).toEqual([]);
    await app.close();
  });
});

describe('With one', () => {
  it('the worker gathers and sends by itself, and stops', async () => {
    const catcher = await SmtpCatcher.open();
    const lines: string[] = [];
    const app = await startOffice(catcher, { lines });
    const idp = await notified(app);
    await people(idp, 'kim');
    await seal(app);
    app.clock.advance(WINDOW);
    const worker = app.http.get(MailWorker);
    worker.start();
    while (catcher.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await worker.stop();
    expect(lines.join('')).not.toContain('E-mail is off');
    expect(await app.rows('select state from mails')).toEqual([{ state: 'sent' }]);
    await app.close();
    await catcher.goAway();
  });
});
