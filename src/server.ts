import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { appModule } from './app.module.js';
import { BrokerPublisher } from './broker/broker-publisher.js';
import { systemClock } from './config/clock.js';
import type { Config } from './config/config.js';
import { createApp } from './configure-app.js';
import { EventUpkeep } from './events/event-upkeep.js';
import { Relay } from './events/relay.js';
import { BaseUrl } from './http/base-url.js';
import { CursorSigner } from './http/cursor-signer.js';
import { NotReady, Readiness } from './http/readiness.js';
import { MailWorker } from './notifications/mail-worker.js';
import { openDatabase } from './persistence/database.js';
import { clockSkew, MOST_SKEW_MS } from './persistence/database-clock.js';
import { openConnections } from './persistence/database-connections.js';
import { makeEventMonths } from './persistence/event-months.js';
import { migrateUp } from './persistence/migrations.js';
import { PlatformSettingsRepository } from './persistence/platform-settings.repository.js';
import { makeRequestDays } from './persistence/provisioning-days.js';
import { Settling } from './persistence/settling.js';
import { rekeyTeamNames } from './persistence/team-name-keys.js';
import type { UnitOfWork } from './persistence/unit-of-work.js';
import { LogUpkeep } from './provisioning-log/log-upkeep.js';
import { announceServer, withdrawServer } from './running-server.js';
import type { IssuedToken } from './tenants/issued-token.js';
import { TenantsService } from './tenants/tenants.service.js';
import { WebhookWorker } from './webhooks/webhook-worker.js';

export interface RunningServer {
  /** Where clients reach it, without a slash at the end. */
  readonly url: string;
  /** The first tenant's token, when this start made one. */
  readonly demo: IssuedToken | undefined;
  /** Answers what has been asked, within the grace period, and closes everything. */
  stop(): Promise<void>;
}

/** Opens the database, brings it up to date and serves. What was opened is closed again when a later step fails. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await start(config, logger, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  config: Config,
  logger: Logger,
  closers: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<RunningServer> {
  const database = await openDatabase(config, logger);
  closers.push(() => database.close());
  const applied = await migrateUp(database.ownerUrl);
  for (const { version, name } of applied) logger.info({ version, name }, 'migration applied');
  // Without them rows go to the partitions for all others: no reason not to start.
  for (const makePartitions of [makeEventMonths, makeRequestDays]) {
    await makePartitions(database.ownerUrl, systemClock.now()).catch((error: unknown) =>
      logger.warn({ err: error }, 'partitions for the time to come could not be made'),
    );
  }
  const { work, health, close } = await openConnections(database, config);
  closers.push(close);
  const settling = new Settling(
    work,
    () => performance.now(),
    (error) => logger.warn({ err: error }, 'the directory of blocks could not be brought up to date'),
  );
  closers.push(() => settling.idle());

  const cursors = new CursorSigner(Buffer.from(await cursorSecret(config, work)));
  const databaseAnswers = () => checkDatabase(health);
  const http = await createApp(appModule({ config, work, settling, cursors, databaseAnswers }), config, logger);
  closers.push(() => closeWithin(http, config.shutdownGraceSeconds, logger));
  const demo = database.embedded ? await new TenantsService(work, systemClock).createDemo() : undefined;
  const url = await listen(http, config);
  if (database.embedded) {
    await announceServer(config.dataDir, url);
    closers.push(() => withdrawServer(config.dataDir));
  }
  if (config.role !== 'api') {
    const rekeying = startRekeying(work, logger);
    closers.push(rekeying.stop);
    const relay = http.get(Relay);
    relay.start();
    work.onQueued(() => relay.wake());
    closers.push(() => relay.stop());
    const { ownerUrl } = database;
    const upkeep = new EventUpkeep({ ownerUrl, retentionDays: config.auditRetentionDays }, work, systemClock);
    upkeep.start();
    closers.push(() => upkeep.stop());
    const logUpkeep = new LogUpkeep({ ownerUrl, retentionDays: config.provisioningLogDays }, work, systemClock);
    logUpkeep.start();
    closers.push(() => logUpkeep.stop());
    const webhooks = http.get(WebhookWorker);
    webhooks.start();
    closers.push(() => webhooks.stop());
    const mail = http.get(MailWorker);
    mail.start();
    closers.push(() => mail.stop());
    if (config.nats) {
      const broker = http.get(BrokerPublisher);
      broker.start();
      closers.push(() => broker.stop());
    }
  }
  closers.push(async () => http.get(Readiness).drain());
  logger.info({ url }, 'listening');
  return { url, demo, stop };
}

async function cursorSecret(config: Config, work: UnitOfWork): Promise<string> {
  if (config.cursorSecret !== undefined) return config.cursorSecret;
  const settings = new PlatformSettingsRepository(work.system);
  return settings.getOrOffer('cursor_secret', () => randomBytes(32).toString('base64url'));
}

/** @throws when the database does not answer, or its clock and ours are too far apart to keep lists in order */
async function checkDatabase(health: Parameters<typeof clockSkew>[0]): Promise<void> {
  const skew = await clockSkew(health, () => systemClock.now().getTime());
  if (Math.abs(skew) > MOST_SKEW_MS) {
    throw new NotReady(`The clock is ${Math.round(skew / 1000)} s ahead of the database's; synchronise both.`);
  }
}

async function listen(http: NestFastifyApplication, config: Config): Promise<string> {
  await http.listen({ port: config.port, host: config.host });
  const address = http.getHttpServer().address();
  const baseUrl = http.get(BaseUrl);
  if (typeof address === 'object' && address !== null) baseUrl.listensOn(address.port);
  return baseUrl.root;
}

/** Stops accepting and waits for the answers under way; whoever is not done after the grace period is cut off. */
async function closeWithin(http: NestFastifyApplication, seconds: number, logger: Logger): Promise<void> {
  const server: Server = http.getHttpServer();
  const timer = setTimeout(() => {
    logger.warn({ seconds }, 'requests were cut off when the grace period ended');
    server.closeAllConnections();
  }, seconds * 1000);
  await http.close().finally(() => clearTimeout(timer));
}

/** Beside the requests: until it is done, teams of an older version are found by the keys that they had. */
function startRekeying(work: UnitOfWork, logger: Logger): { readonly stop: () => Promise<void> } {
  let stopped = false;
  const done = rekeyTeamNames(work, () => stopped).then(
    (teams) => {
      if (teams > 0) logger.info({ teams }, 'the comparison keys of team names were made anew');
    },
    (error: unknown) =>
      logger.warn({ err: error }, 'the comparison keys of team names could not be made; the next start tries again'),
  );
  return {
    stop: () => {
      stopped = true;
      return done;
    },
  };
}
