import pg from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { ServerPasswords } from './server-passwords.js';

const ROLES = ['muster_owner', 'muster_app', 'muster_system'] as const;

/**
 * Makes sure of Muster's roles and its database, as the superuser. Asks first which data directory answers: on the port may by now
 * be somebody else's server.
 *
 * @throws EmbeddedPostgresError when it is another server, or one without ICU.
 */
export async function prepareRoles(superuserUrl: string, cluster: string, passwords: ServerPasswords): Promise<void> {
  await asSuperuser(superuserUrl, async (client) => {
    await checkCluster(client, cluster);
    const collations = await client.query(`select 1 from pg_collation where collname = 'und-x-icu'`);
    if (collations.rowCount === 0)
      throw new EmbeddedPostgresError('The embedded PostgreSQL was built without ICU collations.');
    for (const role of ROLES) {
      const known = await client.query('select 1 from pg_roles where rolname = $1', [role]);
      if (known.rowCount === 0) {
        const password = client.escapeLiteral(passwords[role]);
        await client.query(
          `create role ${role} login nosuperuser nocreatedb nocreaterole nobypassrls password ${password}`,
        );
      }
    }
    if (!(await hasDatabase(client))) await client.query('create database muster owner muster_owner');
  });
}

/** True when the server behind the URL works on this cluster; false when it does not answer. */
export function answersFor(superuserUrl: string, cluster: string): Promise<boolean> {
  return answers(superuserUrl, cluster, async () => true);
}

/** Whether `prepareRoles` is done there; the database is what it makes last. */
export function isPrepared(superuserUrl: string, cluster: string): Promise<boolean> {
  return answers(superuserUrl, cluster, hasDatabase);
}

async function answers(
  url: string,
  cluster: string,
  question: (client: pg.Client) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await asSuperuser(url, async (client) => {
      await checkCluster(client, cluster);
      return question(client);
    });
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    return false;
  }
}

async function hasDatabase(client: pg.Client): Promise<boolean> {
  return (await client.query(`select 1 from pg_database where datname = 'muster'`)).rowCount === 1;
}

async function checkCluster(client: pg.Client, cluster: string): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  if (rows[0]?.data_directory === cluster) return;
  throw new EmbeddedPostgresError(
    `The database server that answers works on ${rows[0]?.data_directory}, not on ${cluster}: stop it and start Muster again.`,
  );
}

async function asSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // An ending server also ends the connection; whoever waits for an answer learns it from the query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
