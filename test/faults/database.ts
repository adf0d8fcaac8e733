import pg from 'pg';
import { connectEmbedded } from '../../src/persistence/embedded/embedded-postgres.js';

/** The database of the Muster that runs on the directory, past row level security. */
export async function openAsSuperuser(directory: string): Promise<pg.Client> {
  const connection = await connectEmbedded(directory);
  if (connection === undefined) throw new Error(`No Muster runs on ${directory}.`);
  const url = new URL(connection.superuserUrl);
  url.pathname = '/muster';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}
