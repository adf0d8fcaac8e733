import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/config.js';
import { LimitCounter } from '../../../src/config/limit-counter.js';
import { BaseUrl } from '../../../src/http/base-url.js';
import { Metrics } from '../../../src/http/metrics.js';
import { MailDispatcher } from '../../../src/notifications/mail-dispatcher.js';
import { MailGatherer } from '../../../src/notifications/mail-gatherer.js';
import { MailMetrics } from '../../../src/notifications/mail-metrics.js';
import { MailQueue } from '../../../src/notifications/mail-queue.js';
import { Recipients } from '../../../src/notifications/recipients.js';
import { UnsubscribeService } from '../../../src/notifications/unsubscribe.service.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import type { ScimClient, TestApp } from '../../support/app.js';
import { SmtpCatcher } from '../../support/smtp-catcher.js';
import type { TestPostgres } from '../../support/test-postgres.js';
import { people } from '../groups/groups.js';
import { DatabaseLink } from '../users/database-link.js';
import { deliver, MINUTE, mailRows, notified, seal, send, startOffice, WINDOW } from './office.js';

/** Longer than a claim. */
const CLAIM = 3 * MINUTE + 1;

const lines: string[] = [];
let link: DatabaseLink;
let app: TestApp;
let catcher: SmtpCatcher;
let idp: ScimClient;
beforeAll(async () => {
  const postgres = JSON.parse(process.env.MUSTER_TEST_POSTGRES ?? '') as TestPostgres;
  link = await DatabaseLink.open(postgres.appUrl);
  catcher = await SmtpCatcher.open();
  app = await startOffice(catcher, { way: (url) => link.urlOf(url), lines });
});
afterAll(async () => {
  await app.close();
  await link.cut();
  await catcher.goAway();
});
beforeEach(async () => {
  idp = await notified(app);
});
afterEach(() => {
  catcher.mails.length = 0;
  catcher.password = undefined;
  catcher.onRecipient = () => undefined;
  catcher.onMail = async () => undefined;
});

/** Another process: a dispatcher of its own over the same database. */
function anotherWorker(url = catcher.url): MailDispatcher {
  const work = app.http.get(UnitOfWork);
  const config = loadConfig({ MUSTER_SMTP_URL: url, MUSTER_MAIL_FROM: 'muster@example.com' });
  const queue = new MailQueue(work, new MailMetrics(new Metrics(new LimitCounter())), app.clock, new LimitCounter());
  const unsubscribe = new UnsubscribeService(work, new BaseUrl(config), app.clock);
  return new MailDispatcher(queue, new Recipients(work, unsubscribe, new LimitCounter()), config);
}

const messageIds = () => catcher.mails.map(({ parsed }) => parsed.messageId);

describe('A server that', () => {
  it('refuses a mail for now is asked again after a minute, then later; the others go at once', async () => {
    catcher.onRecipient = (address) =>
      address === 'kim@example.com' ? { code: 451, text: 'Greylisted, come back later' } : undefined;
    await people(idp, 'kim', 'lee');
    await deliver(app);
    expect(catcher.mails.flatMap(({ to }) => to)).toEqual(['lee@example.com']);
    expect(await mailRows(app, idp)).toContainEqual(
      expect.objectContaining({ state: 'pending', attempts: 1, last_error: expect.stringContaining('Greylisted') }),
    );
    await send(app);
    app.clock.advance(0.8 * MINUTE);
    await send(app);
    expect(await mailRows(app, idp)).toContainEqual(expect.objectContaining({ state: 'pending', attempts: 1 }));
    catcher.onRecipient = () => undefined;
    app.clock.advance(0.4 * MINUTE);
    await send(app);
    expect(catcher.to('kim@example.com')).toHaveLength(1);
    expect((await mailRows(app, idp)).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it.each<[string, Partial<Pick<SmtpCatcher, 'onRecipient' | 'onMail'>>]>([
    ['the recipient', { onRecipient: () => ({ code: 550, text: 'No such user' }) }],
    ['the mail', { onMail: async () => ({ code: 554, text: 'Content refused' }) }],
  ])('refuses %s for ever is asked once; the reason stays, what the mail said does not', async (_what, refusal) => {
    Object.assign(catcher, refusal);
    await people(idp, 'kim');
    await deliver(app);
    app.clock.advance(24 * 60 * MINUTE);
    await send(app);
    expect(await mailRows(app, idp)).toEqual([
      expect.objectContaining({
        state: 'dead',
        attempts: 1,
        content: null,
        last_error: expect.stringMatching(/No such user|Content refused/),
      }),
    ]);
  });

  it('wants to know who is there is told; one who is not believed keeps the mails', async () => {
    catcher.password = 'p@ss/word';
    await people(idp, 'kim');
    await seal(app);
    app.clock.advance(WINDOW);
    await app.http.get(MailGatherer).round();
    for (const url of [catcher.url, catcher.urlWith('muster', 'wrong')]) {
      const worker = anotherWorker(url);
      await worker.round();
      await worker.idle();
      await worker.stop();
      expect(await mailRows(app, idp)).toMatchObject([{ state: 'pending' }]);
      app.clock.advance(10 * MINUTE);
    }
    const worker = anotherWorker(catcher.urlWith('muster', 'p@ss/word'));
    await worker.round();
    await worker.idle();
    await worker.stop();
    expect(await mailRows(app, idp)).toMatchObject([{ state: 'sent', attempts: 3 }]);
  });

  it('is gone gets everything when it is back', async () => {
    await catcher.goAway();
    await people(idp, 'kim', 'lee');
    await deliver(app);
    expect((await mailRows(app, idp)).map(({ state }) => state)).toEqual(['pending', 'pending']);
    await catcher.comeBack();
    app.clock.advance(2 * MINUTE);
    await send(app);
    expect(catcher.mails.flatMap(({ to }) => to).sort()).toEqual(['kim@example.com', 'lee@example.com']);
  });

  it('is slow holds up no request and no other mail', async () => {
    let goOn: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    catcher.onMail = async ({ to }) => {
      if (to.includes('kim@example.com')) await slow;
      return undefined;
    };
    await people(idp, 'kim');
    await seal(app);
    app.clock.advance(WINDOW);
    await app.http.get(MailGatherer).round();
    await app.http.get(MailDispatcher).round();
    const other = await notified(app);
    await people(other, 'lee');
    await seal(app);
    app.clock.advance(WINDOW);
    const worker = anotherWorker();
    await app.http.get(MailGatherer).round();
    await worker.round();
    while (catcher.to('lee@example.com').length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    goOn();
    await app.http.get(MailDispatcher).idle();
    await worker.stop();
    expect((await mailRows(app, other)).map(({ state }) => state)).toEqual(['sent']);
  });
});

describe('Two workers', () => {
  it('gather a window once and send each mail once', async () => {
    await people(idp, ...'abcdefghijkl'.split(''));
    await seal(app);
    app.clock.advance(WINDOW);
    const gatherers = [1, 2, 3].map(() => new MailGatherer(app.http.get(UnitOfWork), app.clock, new LimitCounter()));
    await Promise.all(gatherers.map((gatherer) => gatherer.round()));
    const workers = [app.http.get(MailDispatcher), anotherWorker(), anotherWorker()];
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(workers.map((worker) => worker.round()));
      await Promise.all(workers.map((worker) => worker.idle()));
    }
    expect(catcher.mails).toHaveLength(12);
    expect(new Set(messageIds()).size).toBe(12);
    await Promise.all(workers.slice(1).map((worker) => worker.stop()));
  });
});

describe('A worker that dies', () => {
  it('between sending and noting it leads to a second copy with the same Message-ID, and to no loss', async () => {
    await people(idp, 'kim');
    await seal(app);
    app.clock.advance(WINDOW);
    await app.http.get(MailGatherer).round();
    catcher.onMail = async () => {
      await link.cut();
      return undefined;
    };
    await app.http.get(MailDispatcher).round();
    await app.http.get(MailDispatcher).idle();
    catcher.onMail = async () => undefined;
    await link.mend();
    expect((await mailRows(app, idp)).map(({ state }) => state)).toEqual(['pending']);
    await send(app);
    expect(catcher.mails).toHaveLength(1);
    app.clock.advance(CLAIM);
    await send(app);
    expect(catcher.mails).toHaveLength(2);
    expect(new Set(messageIds()).size).toBe(1);
    expect((await mailRows(app, idp)).map(({ state }) => state)).toEqual(['sent']);
  });

  it('writes nothing when it comes back after its claim has ended', async () => {
    await people(idp, 'kim');
    await seal(app);
    app.clock.advance(WINDOW);
    await app.http.get(MailGatherer).round();
    const late = new MailQueue(
      app.http.get(UnitOfWork),
      new MailMetrics(new Metrics(new LimitCounter())),
      app.clock,
      new LimitCounter(),
    );
    const [mail] = await late.claim(1, new Map());
    app.clock.advance(CLAIM);
    await send(app);
    await late.note(mail!, { kind: 'refused', reason: 'too late' });
    expect(await mailRows(app, idp)).toMatchObject([{ state: 'sent', attempts: 2, last_error: null }]);
  });

  it('gives back what it had not sent when it stops in order', async () => {
    let reached: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      reached = resolve;
    });
    catcher.onMail = () => {
      reached();
      return new Promise(() => undefined);
    };
    await people(idp, 'kim');
    await seal(app);
    app.clock.advance(WINDOW);
    await app.http.get(MailGatherer).round();
    const worker = anotherWorker();
    await worker.round();
    await begun;
    await worker.stop();
    catcher.onMail = async () => undefined;
    await send(app);
    expect(await mailRows(app, idp)).toMatchObject([{ state: 'sent', attempts: 1 }]);
  });
});

describe('What is told of mails', () => {
  it('are their numbers, and no address in any log', async () => {
    await people(idp, 'kim');
    await deliver(app);
    await app.http.get(MailQueue).count();
    const { text } = await app.call('GET', '/metrics');
    expect(text).toMatch(/muster_mails_total\{result="sent"\} \d+/);
    expect(text).toMatch(/muster_mails_total\{result="dead"\} 2/);
    expect(text).toMatch(/muster_mails_pending \d+/);
    expect(lines.join('')).toContain('of tenant');
    expect(lines.join('')).not.toMatch(/(kim|lee)@example\.com/);
  });
});
