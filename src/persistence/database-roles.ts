import pg from 'pg';

/** The database named by DATABASE_URL cannot be used; the message says why and what an administrator has to do. */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}

export type WorkRole = 'muster_app' | 'muster_system';

const ROLES: readonly WorkRole[] = ['muster_app', 'muster_system'];
/** Nobody may create, or nobody may grant. */
const NOT_ALLOWED = '42501';
/** Another starter was quicker: the role exists, its row is being written, or the membership is. */
const LOST_RACE = ['42710', '23505', 'XX000'];

/**
 * Makes sure that the two roles exist which own nothing and do the work, and that the owner may take their place.
 *
 * @throws DatabaseSetupError with the SQL an administrator has to run when the owner may not create or take them.
 */
export async function prepareWorkRoles(owner: pg.Client): Promise<void> {
  for (const role of ROLES) {
    await attempt(owner, role, async () => {
      const known = await owner.query('select 1 from pg_roles where rolname = $1', [role]);
      if (known.rowCount === 0) await owner.query(`create role ${role} nologin`);
      if (!(await mayBecome(owner, role))) await owner.query(`grant ${role} to current_user`);
    });
  }
}

/** The same connection, but working as the role: of its own rights the login keeps none. */
export function asRole(url: string, role: WorkRole): string {
  const changed = new URL(url);
  const options = changed.searchParams.get('options');
  changed.searchParams.set('options', [...(options === null ? [] : [options]), `-c role=${role}`].join(' '));
  return changed.href;
}

/**
 * Connects and asks who is at work. Row level security binds neither a superuser nor a role with BYPASSRLS, and an owner may change
 * what nobody should.
 *
 * @param url the connection of the role's pool
 * @param ownerName the database user that migrates
 * @throws DatabaseSetupError when the connection's user has not the role's rights, or more than them.
 */
export async function checkWorkRole(url: string, role: WorkRole, ownerName: string): Promise<void> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ name: string; unbound: boolean; holds: boolean; owns: boolean }>(
      `select rolname as name, rolsuper or rolbypassrls as unbound,
              pg_has_role(current_user, $1, 'usage') as holds, pg_has_role(current_user, $2, 'member') as owns
         from pg_roles where rolname = current_user`,
      [role, ownerName],
    ),
  );
  const user = rows[0];
  if (user === undefined || user.unbound) {
    throw new DatabaseSetupError(
      `The connection for ${role} works as ${user?.name}, whom row level security does not bind.`,
    );
  }
  if (user.owns)
    throw new DatabaseSetupError(`The connection for ${role} works as ${user.name}, who has the rights of the owner.`);
  if (!user.holds)
    throw new DatabaseSetupError(
      `The connection for ${role} works as ${user.name}, who lacks it: grant ${role} to it.`,
    );
}

/** @throws DatabaseSetupError when the server cannot be reached or refuses the login. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'muster' });
  // A connection that ends also fails the query at hand, which is where the error is told.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { host, port, database, user } = client;
    throw new DatabaseSetupError(`Cannot connect to ${database} at ${host}:${port} as ${user}: ${textOf(error)}`, {
      cause: error,
    });
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function attempt(owner: pg.Client, role: WorkRole, work: () => Promise<void>): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await work();
    } catch (error) {
      const state = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
      if (state === NOT_ALLOWED)
        throw new DatabaseSetupError(askAdministrator(owner.user ?? 'the owner', role), { cause: error });
      if (!LOST_RACE.includes(state) || round === 5) throw error;
    }
  }
}

/** PostgreSQL 16 tells being a member from being allowed to `set role`; before that they were one. */
async function mayBecome(owner: pg.Client, role: WorkRole): Promise<boolean> {
  const { rows } = await owner.query<{ may: boolean }>(
    `select pg_has_role(current_user, $1, case when current_setting('server_version_num')::int >= 160000
                                               then 'set' else 'member' end) as may`,
    [role],
  );
  return rows[0]?.may === true;
}

function askAdministrator(user: string, role: WorkRole): string {
  return (
    `${user} may not create the role ${role} or take its place. An administrator of the database has to run:\n` +
    `${ROLES.map((name) => `  create role ${name} nologin;  -- unless it exists`).join('\n')}\n` +
    `  grant ${ROLES.join(', ')} to "${user.replaceAll('"', '""')}";`
  );
}

function textOf(error: unknown): string {
  // A name with several addresses fails with one error for each.
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
