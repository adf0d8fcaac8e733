import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { lockHolder } from '../../src/persistence/embedded/data-directory-lock.js';
import { connectEmbedded } from '../../src/persistence/embedded/embedded-postgres.js';
import { processIdentity } from '../../src/persistence/embedded/process-identity.js';
import { canReach } from '../../src/persistence/embedded/server-home.js';
import { EmbeddedProcess } from '../support/embedded-process.js';

const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;
const whenRoot = isRoot ? it : it.skip;
const whenNobodyCanReadUs = isRoot && canReach(resolve('test/support/embedded-program.ts'), NOBODY) ? it : it.skip;

// Each test makes a database or two, which takes a second where the disk is quick.
jest.setTimeout(60_000);

let base: string;
let dataDir: string;
const processes: EmbeddedProcess[] = [];
const bystanders: ChildProcess[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'muster-embedded-'));
  await chmod(base, 0o755);
  dataDir = join(base, 'data');
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((one) => one.stop()));
  for (const bystander of bystanders.splice(0)) bystander.kill('SIGKILL');
  await rm(base, { recursive: true, force: true });
});

describe('An embedded PostgreSQL', () => {
  it('makes its database, three roles that are no superusers, and keeps the passwords to itself', async () => {
    // As a start that was interrupted left it.
    await mkdir(join(dataDir, 'postgres.unfinished', 'half'), { recursive: true });
    const { started } = await start();

    expect(started).toMatchObject({ adopted: false });
    const roles = `select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty from pg_roles
                    where rolname like 'muster%' order by 1`;
    expect(await ask(started.superuserUrl, roles)).toEqual([
      { rolname: 'muster_app', mighty: false },
      { rolname: 'muster_owner', mighty: false },
      { rolname: 'muster_system', mighty: false },
    ]);
    for (const [url, name] of [
      [started.ownerUrl, 'muster_owner'],
      [started.appUrl, 'muster_app'],
      [started.systemUrl, 'muster_system'],
    ] as const) {
      expect(await ask(url, 'select current_user::text as name, current_database()::text as database')).toEqual([
        { name, database: 'muster' },
      ]);
    }
    const settings = `select current_setting('fsync') as fsync, current_setting('listen_addresses') as address,
                             current_setting('unix_socket_directories') as sockets, current_setting('timezone') as zone`;
    expect(await ask(started.superuserUrl, settings)).toEqual([
      { fsync: 'on', address: '127.0.0.1', sockets: '', zone: 'UTC' },
    ]);
    const wrong = started.appUrl.replace(/:[0-9a-f]{48}@/, ':wrong@');
    await expect(ask(wrong, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'postgres-passwords.json'))).mode & 0o077).toBe(0);
  });

  it('is gone when it is stopped, and keeps what was written', async () => {
    const first = await start();
    await writeRow(first.started.ownerUrl);
    const pid = await postmasterPid();
    await first.stop();
    expect(processIdentity(pid)).toBeUndefined();
    expect(await lockHolder(dataDir)).toBeUndefined();

    const second = await start();
    expect(second.started.adopted).toBe(false);
    expect(await rowsOf(second.started.ownerUrl)).toBe(1);
  });

  it('is adopted with all that was acknowledged when Muster was killed, and stopped by who adopted it', async () => {
    const killed = await start();
    await writeRow(killed.started.ownerUrl);
    await killed.kill();
    const pid = await postmasterPid();
    expect(processIdentity(pid)).toBeDefined();

    const heir = await start();
    expect(heir.started).toMatchObject({ adopted: true, port: killed.started.port });
    expect(await rowsOf(heir.started.ownerUrl)).toBe(1);
    await heir.stop();
    expect(processIdentity(pid)).toBeUndefined();
  });

  it('recovers what was acknowledged when the server was killed too', async () => {
    const killed = await start();
    await writeRow(killed.started.ownerUrl);
    const pid = await postmasterPid();
    await killed.kill();
    process.kill(pid, 'SIGKILL');

    const { started } = await start();
    expect(started).toMatchObject({ adopted: false });
    expect(await rowsOf(started.ownerUrl)).toBe(1);
  });

  it('refuses a second server on its directory and names the first', async () => {
    const first = await start();
    const second = await start();
    expect(second.started.refused).toContain(`in use by the Muster server with process id ${first.pid}.`);
    expect(await ask(first.started.appUrl, 'select 1 as answer')).toEqual([{ answer: 1 }]);
  });

  it('lets exactly one of three that start at once have the directory', async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(all.filter(({ started }) => started.refused === undefined)).toHaveLength(1);
  });

  it('waits for a command to be done with its directory', async () => {
    const command = await start('command');
    const server = start();
    await command.stop();
    expect((await server).started.refused).toBeUndefined();
  });

  it('can be reached by a command beside the server, and by nobody once it is stopped', async () => {
    expect(await connectEmbedded(dataDir)).toBeUndefined();
    const server = await start();
    const { notes: _, adopted: __, ...connection } = server.started;
    expect(await connectEmbedded(dataDir)).toEqual(connection);
    await server.stop();
    expect(await connectEmbedded(dataDir)).toBeUndefined();
  });

  it('is not handed to a command before its database is made', async () => {
    const { started } = await start();
    await ask(started.superuserUrl, 'drop database muster');
    expect(await connectEmbedded(dataDir)).toBeUndefined();
  });

  it('is not stopped from starting by process ids that other programs have now', async () => {
    await (await start()).stop();
    const bystander = spawn('sleep', ['60'], { ...(isRoot ? NOBODY : {}), stdio: 'ignore' });
    bystanders.push(bystander);
    const pidFile = [bystander.pid, join(dataDir, 'postgres'), 1, 5432, '', '127.0.0.1', '', 'ready', ''].join('\n');
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), pidFile);
    await writeFile(join(dataDir, 'lock', `server.${bystander.pid}.before-the-reboot`), '');

    const { started } = await start();
    expect(started).toMatchObject({ adopted: false });
    expect(started.refused).toBeUndefined();
  });

  it('says what to do about a database that another PostgreSQL made', async () => {
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    const { started } = await start();
    expect(started.refused).toContain('was made by PostgreSQL 17 and cannot be opened by PostgreSQL 18');
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), 'root:x:0:0\n');
    const refused = (await start()).started.refused;
    expect(refused).toContain('was made by PostgreSQL (unknown)');
    expect(refused).not.toContain('root:x');
  });

  it.each([
    ['postgres/postmaster.pid', 'symbolic'],
    ['postgres/PG_VERSION', 'symbolic'],
    ['postgres.log', 'symbolic'],
    ['postgres-passwords.json', 'symbolic'],
    ['postgres/postmaster.pid', 'hard'],
  ] as const)('neither reads nor writes through %s when it is a %s link to a file elsewhere', async (name, kind) => {
    await (await start()).stop();
    const secret = join(base, 'secret');
    await writeFile(secret, '4711 secret\nline\n', { mode: 0o600 });
    const file = join(dataDir, name);
    const kept = await readFile(file).catch(() => undefined);
    await rm(file, { force: true });
    await (kind === 'hard' ? link(secret, file) : symlink(secret, file));
    const { started } = await start();
    expect(started.refused).toContain(`${file} is a link`);
    expect(started.refused).not.toContain('4711');
    expect(await readFile(secret, 'utf8')).toBe('4711 secret\nline\n');
    // The link alone was in the way.
    await rm(file);
    if (kept) await writeFile(file, kept, { mode: 0o600 });
    if (isRoot && name.startsWith('postgres/') && kept) await chown(file, NOBODY.uid, NOBODY.gid);
    expect((await start()).started.refused).toBeUndefined();
  });

  whenRoot('runs as nobody for root, also where only root can go', async () => {
    await chmod(base, 0o700);
    const first = await start();
    const [{ directory }] = (await ask(
      first.started.superuserUrl,
      `select current_setting('data_directory') as directory`,
    )) as [{ directory: string }];
    try {
      expect(directory.startsWith(base)).toBe(false);
      expect((await stat(directory)).uid).toBe(NOBODY.uid);
      expect(first.started.notes.join()).toContain('the database is kept elsewhere');
      await writeRow(first.started.ownerUrl);
      await first.kill();

      expect(await connectEmbedded(dataDir)).toBeUndefined();
      const second = await start();
      expect(second.started.adopted).toBe(true);
      expect(await rowsOf(second.started.ownerUrl)).toBe(1);
      expect((await start()).started.refused).toContain(`process id ${second.pid}`);
      await second.stop();
    } finally {
      await rm(join(directory, '..'), { recursive: true, force: true });
    }
  });

  whenRoot('opens a data directory of root that only its own mode closes', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const { started } = await start();
    expect(started.refused).toBeUndefined();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o701);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(NOBODY.uid);
  });

  whenNobodyCanReadUs('runs for an ordinary user, and root may start what that user made', async () => {
    await chmod(base, 0o777);
    const ordinary = await start('server', NOBODY);
    expect(ordinary.started.refused).toBeUndefined();
    await writeRow(ordinary.started.ownerUrl);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    await ordinary.stop();

    const root = await start();
    expect(await rowsOf(root.started.ownerUrl)).toBe(1);
  });

  whenNobodyCanReadUs('tells an ordinary user that the directory is of somebody else', async () => {
    await (await start()).stop();
    const { started } = await start('server', NOBODY);
    expect(started.refused).toContain('belongs to another user');
  });
});

async function start(purpose: 'server' | 'command' = 'server', user?: typeof NOBODY): Promise<EmbeddedProcess> {
  const one = await EmbeddedProcess.start(dataDir, purpose, user);
  processes.push(one);
  return one;
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

async function writeRow(ownerUrl: string): Promise<void> {
  await ask(ownerUrl, 'create table acknowledged (id int)');
  await ask(ownerUrl, 'insert into acknowledged values (1)');
}

async function rowsOf(ownerUrl: string): Promise<number> {
  return (await ask(ownerUrl, 'select * from acknowledged')).length;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  // Tests that kill the server also cut this connection.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows;
}
