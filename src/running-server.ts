import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'server.json';

interface Announcement {
  readonly url: string;
  readonly pid: number;
}

/**
 * Tells commands that share the data directory where this server answers: its port may be any, and its public URL is known
 * to its own environment only.
 * @param url without a slash at the end
 */
export async function announceServer(dataDir: string, url: string): Promise<void> {
  const announcement: Announcement = { url, pid: process.pid };
  await writeFile(join(dataDir, FILE), `${JSON.stringify(announcement)}\n`);
}

export async function withdrawServer(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE), { force: true });
}

/** URL of the server that runs on the data directory; undefined when none does, also when one was killed and told nobody. */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  try {
    const { url, pid }: Partial<Announcement> = JSON.parse(await readFile(join(dataDir, FILE), 'utf8'));
    return typeof url === 'string' && typeof pid === 'number' && isAlive(pid) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Signal 0 is only a question; a process of another user answers it with EPERM. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
