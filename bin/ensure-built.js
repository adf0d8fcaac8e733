import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'tsconfig.json', 'nest-cli.json', 'package.json'].map((path) => join(ROOT, path));
const RESULT = join(ROOT, 'dist', 'main.js');
const LOCK = join(ROOT, 'node_modules', '.muster-build');
const LONGEST_BUILD_MS = 300_000;

/**
 * Builds `dist` when it is missing or older than the sources; an installed package has no sources and is always built. What the
 * compiler says goes to stderr: stdout belongs to the command.
 */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await takeLock();
  // Somebody else may have built it meanwhile.
  if (!isBuilt()) build();
  releaseLock();
  process.off('exit', releaseLock);
}

function isBuilt() {
  if (!existsSync(SOURCES[0])) return true;
  return existsSync(RESULT) && Math.max(...SOURCES.map(newest)) <= statSync(RESULT).mtimeMs;
}

/** A directory changes when a file in it goes, so that counts too. */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  const nest = findNest();
  if (nest === undefined) {
    process.stderr.write(
      'Muster is not built, and its build tools are not installed: run "npm ci" without --omit=dev.\n',
    );
    process.exit(1);
  }
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    // The compiler writes files even when it finds mistakes; they must not pass for a build.
    rmSync(RESULT, { force: true });
    process.exit(status ?? 1);
  }
}

function findNest() {
  try {
    const manifest = createRequire(import.meta.url).resolve('@nestjs/cli/package.json');
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.nest);
  } catch {
    return undefined;
  }
}

/** A build empties `dist` first, so two must not run at once. The lock of a process that is gone, or of a very long build, holds nothing. */
async function takeLock() {
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      process.once('exit', releaseLock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isHeld()) await sleep(100);
    else rmSync(LOCK, { force: true });
  }
}

function releaseLock() {
  rmSync(LOCK, { force: true });
}

function isHeld() {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > LONGEST_BUILD_MS) return false;
    // Signal 0 only asks. An empty file is one that is just being written, and 0 is this process's own group.
    return process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM' || error.code === 'ENOENT';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBuilt();
