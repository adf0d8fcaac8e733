import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Neither links nor pipes: whoever may write into a directory must not choose which file root reads or writes. Windows has neither flag. */
const NO_LINK = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MAX_BYTES = 64 * 1024;

/**
 * Opens a file in a directory of the database. The file must be a regular one, belong to the owner of its directory or to this
 * process, and have one name, so that it is no hard link to a file elsewhere.
 * @param flags of open(2), without those that follow links
 * @throws EmbeddedPostgresError for any other file; the message holds nothing of its content
 */
export async function openServerFile(file: string, flags: number, mode = 0o600): Promise<FileHandle> {
  const handle = await open(file, flags | NO_LINK, mode).catch((error: NodeJS.ErrnoException) => {
    // ELOOP (FreeBSD: EMLINK) says that it is a link, ENXIO that it is a pipe or a socket.
    throw ['ELOOP', 'EMLINK', 'ENXIO'].includes(error.code ?? '') ? foreignFile(file) : error;
  });
  try {
    const [found, directory] = await Promise.all([handle.stat(), lstat(dirname(file))]);
    const owners = [directory.uid, process.geteuid?.() ?? found.uid];
    if (!found.isFile() || found.nlink > 1 || !owners.includes(found.uid)) throw foreignFile(file);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The first 64 KiB of a small file of the database as text; undefined where there is none, or it is not for this user to read.
 * @throws EmbeddedPostgresError as `openServerFile`
 */
export async function readServerFile(file: string): Promise<string | undefined> {
  try {
    const handle = await openServerFile(file, constants.O_RDONLY);
    return await textOf(handle).finally(() => handle.close());
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    return undefined;
  }
}

/**
 * Changes the text of a file that is there, in place, through the one handle that was checked.
 * @throws EmbeddedPostgresError as `openServerFile`
 */
export async function rewriteServerFile(file: string, change: (text: string) => string): Promise<void> {
  const handle = await openServerFile(file, constants.O_RDWR).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const text = change(await textOf(handle));
    await handle.truncate(0);
    await handle.write(text, 0);
  } finally {
    await handle.close();
  }
}

async function textOf(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

function foreignFile(file: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `${file} is a link, or no regular file of the owner of its directory. Muster neither reads nor writes it: remove it.`,
  );
}
