import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { asRole, prepareWorkRoles, withClient } from '../../src/persistence/database-roles.js';
import { startEmbeddedPostgres } from '../../src/persistence/embedded/embedded-postgres.js';
import { migrateUp } from '../../src/persistence/migrations.js';
import { type TestPostgres, urlOf } from './test-postgres.js';

// A program: a PostgreSQL with a migrated template database, there until this process's input ends. So it cannot outlive a test
// run that is killed. The first line of output says how to reach it.

const given = process.env.MUSTER_TEST_DATABASE_URL;
const [postgres, stop] = given === undefined ? await startOwn() : await useGiven(given);

await withClient(postgres.superuserUrl, async (superuser) => {
  const owner = pg.escapeIdentifier(new URL(postgres.ownerUrl).username);
  await superuser.query(`create database ${postgres.template} owner ${owner}`);
});
await migrateUp(urlOf(postgres.ownerUrl, postgres.template));
process.stdout.write(`${JSON.stringify(postgres)}\n`);

// Ctrl-C reaches every process of the terminal; the test run decides when it is done with the database.
process.on('SIGINT', () => undefined);
process.stdin.resume().once('close', stop);

async function startOwn(): Promise<[TestPostgres, () => Promise<void>]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-test-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const { superuserUrl, ownerUrl, appUrl, systemUrl } = server;
  const end = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return [{ superuserUrl, ownerUrl, appUrl, systemUrl, template: 'muster_template' }, end];
}

async function useGiven(url: string): Promise<[TestPostgres, () => Promise<void>]> {
  const id = randomBytes(6).toString('hex');
  const [template, owner] = [`muster_template_${id}`, `muster_owner_${id}`];
  const ownerUrl = new URL(url);
  ownerUrl.username = owner;
  ownerUrl.password = randomBytes(16).toString('hex');
  await withClient(url, async (superuser) => {
    await prepareWorkRoles(superuser);
    await superuser.query(`create role ${owner} login password '${ownerUrl.password}'`);
  });
  const end = () =>
    withClient(url, async (superuser) => {
      await superuser.query(`drop database ${template} with (force)`);
      await superuser.query(`drop role ${owner}`);
    });
  const [appUrl, systemUrl] = [asRole(url, 'muster_app'), asRole(url, 'muster_system')];
  return [{ superuserUrl: url, ownerUrl: ownerUrl.href, appUrl, systemUrl, template }, end];
}
