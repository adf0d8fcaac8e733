import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PlatformSettingsRepository } from '../persistence/platform-settings.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import type { StoredSecret } from '../persistence/webhooks.repository.js';
import { SecretBox } from './secret-box.js';

/** What all processes of the installation derive their keys from; made by the first that asks. */
const PLATFORM_SECRET = 'secret_key';
const BYTES = 32;

/** Secrets of endpoints, on their way into the database and out of it. */
@Injectable()
export class WebhookSecrets {
  private box: SecretBox | undefined;

  constructor(private readonly work: UnitOfWork) {}

  async seal(secret: string, endpointId: string): Promise<StoredSecret> {
    return { sealed: (await this.opened()).seal(secret, endpointId), expiresAt: null };
  }

  /**
   * Those that have not expired, the newest first; undefined when the newest cannot be decrypted, without which consumers
   * who have changed over could verify nothing.
   */
  async open(stored: readonly StoredSecret[], endpointId: string, at: Date): Promise<string[] | undefined> {
    const box = await this.opened();
    const opened = valid(stored, at).map(({ sealed }) => box.open(sealed, endpointId));
    return opened[0] === undefined ? undefined : opened.filter((secret) => secret !== undefined);
  }

  private async opened(): Promise<SecretBox> {
    if (this.box) return this.box;
    const settings = new PlatformSettingsRepository(this.work.system);
    const made = await settings.getOrOffer(PLATFORM_SECRET, () => randomBytes(BYTES).toString('base64url'));
    this.box = new SecretBox(made);
    return this.box;
  }
}

export function valid(stored: readonly StoredSecret[], at: Date): StoredSecret[] {
  return stored.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > at.getTime());
}
