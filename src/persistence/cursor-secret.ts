import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';
import { PlatformSettingsRepository } from './platform-settings.repository.js';
import type { SystemSession } from './unit-of-work.js';

/** What signs paging cursors: as configured, or one made once for all processes on the database. */
export async function cursorSecret(config: Pick<Config, 'cursorSecret'>, session: SystemSession): Promise<Buffer> {
  const settings = new PlatformSettingsRepository(session);
  const make = () => randomBytes(32).toString('base64url');
  return Buffer.from(config.cursorSecret ?? (await settings.getOrOffer('cursor-secret', make)));
}
