import type { TenantSettings } from '../../../src/domain/tenant.js';
import { Relay } from '../../../src/events/relay.js';
import { MailDispatcher } from '../../../src/notifications/mail-dispatcher.js';
import { MailGatherer } from '../../../src/notifications/mail-gatherer.js';
import { type ScimClient, startTestApp, type TestApp, type TestAppOptions } from '../../support/app.js';
import { changeSettings } from '../../support/change-settings.js';
import { sealAll } from '../../support/relays.js';
import type { SmtpCatcher } from '../../support/smtp-catcher.js';

export const MINUTE = 60_000;
/** A window and the time in which it settles, and a little. */
export const WINDOW = 5 * MINUTE + 11_000;

/** The application with mail on. */
export function startOffice(catcher: SmtpCatcher, options: TestAppOptions = {}): Promise<TestApp> {
  const env = { MUSTER_SMTP_URL: catcher.url, MUSTER_MAIL_FROM: 'Muster <muster@example.com>', ...options.env };
  return startTestApp({ ...options, env });
}

/** A tenant that wants mails, and an identity provider of it. */
export async function notified(app: TestApp, wish: Partial<TenantSettings> = {}): Promise<ScimClient> {
  const client = await app.connection();
  await changeSettings(app, client.tenant.id, { notifications: true, ...wish });
  return client;
}

export function seal(app: TestApp): Promise<void> {
  return sealAll(app.http.get(Relay));
}

/** Sends what is due until nothing is. */
export async function send(app: TestApp): Promise<void> {
  await app.http.get(MailGatherer).round();
  const dispatcher = app.http.get(MailDispatcher);
  let more = true;
  while (more) {
    more = await dispatcher.round();
    await dispatcher.idle();
  }
}

/** Seals what happened, lets its window pass and sends the mails. */
export async function deliver(app: TestApp): Promise<void> {
  await seal(app);
  app.clock.advance(WINDOW);
  await send(app);
}

export function mailRows(app: TestApp, { tenant }: ScimClient) {
  return app.rows(
    'select kind, state, attempts, last_error, content, address from mails where tenant_id = $1 order by id',
    [tenant.id],
  );
}
