import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { withClient } from '../../src/persistence/database-roles.js';
import { type TestPostgres, urlOf } from './test-postgres.js';

const MOMENTS = 40;
const MOMENT_MS = 10;

/** A migrated, empty database for one test file. */
export interface TestDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly systemUrl: string;
  /** Sees and may do everything; for looking at what happened. */
  readonly superuserUrl: string;
  /** Ends what is still connected. */
  drop(): Promise<void>;
}

/** Clones the migrated template; `{ empty: true }` gives a database without Muster's tables. */
export async function createTestDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const postgres = testPostgres();
  const name = `muster_test_${randomBytes(8).toString('hex')}`;
  const owner = pg.escapeIdentifier(new URL(postgres.ownerUrl).username);
  const template = options.empty === true ? 'template1' : postgres.template;
  await withClient(postgres.superuserUrl, (superuser) =>
    superuser.query(`create database ${name} owner ${owner} template ${template}`),
  );
  return {
    ownerUrl: urlOf(postgres.ownerUrl, name),
    appUrl: urlOf(postgres.appUrl, name),
    systemUrl: urlOf(postgres.systemUrl, name),
    superuserUrl: urlOf(postgres.superuserUrl, name),
    drop: () => dropDatabase(postgres, name),
  };
}

function testPostgres(): TestPostgres {
  const handedOn = process.env.MUSTER_TEST_POSTGRES;
  if (handedOn === undefined)
    throw new Error('No PostgreSQL: this test belongs to the projects `database` and `http`.');
  return JSON.parse(handedOn) as TestPostgres;
}

/** Who has said good-bye is given a moment to go: a pool that has just ended takes a connection ended by force for an error. */
async function dropDatabase({ superuserUrl }: TestPostgres, name: string): Promise<void> {
  await withClient(superuserUrl, async (superuser) => {
    for (let moment = 0; moment < MOMENTS; moment++) {
      const connected = await superuser.query('select from pg_stat_activity where datname = $1', [name]);
      if (connected.rowCount === 0) break;
      await pause(MOMENT_MS);
    }
    await superuser.query(`drop database ${name} with (force)`);
  });
}
