import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { openServerFile } from './server-files.js';

/** The superuser and the three roles Muster works with. */
export type ServerRole = 'postgres' | 'muster_owner' | 'muster_app' | 'muster_system';

/** Letters and digits only, so they need no quoting in a URL or in SQL. */
export type ServerPasswords = Readonly<Record<ServerRole, string>>;

/** @throws EmbeddedPostgresError when the file is missing or not readable by this user. */
export async function readPasswords(file: string): Promise<ServerPasswords> {
  try {
    const handle = await openServerFile(file, constants.O_RDONLY);
    return JSON.parse(await handle.readFile('utf8').finally(() => handle.close())) as ServerPasswords;
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new EmbeddedPostgresError(
      code === 'EACCES'
        ? `The passwords of the embedded database (${file}) belong to another user: run Muster as that user.`
        : `The passwords of the embedded database cannot be read from ${file}: restore that file from a backup.`,
    );
  }
}

/** Makes a new set and has it on disk before anything is built with it. */
export async function makePasswords(file: string): Promise<ServerPasswords> {
  const password = () => randomBytes(24).toString('hex');
  const passwords: ServerPasswords = {
    postgres: password(),
    muster_owner: password(),
    muster_app: password(),
    muster_system: password(),
  };
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  const handle = await openServerFile(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    await handle.writeFile(`${JSON.stringify(passwords, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  return passwords;
}
