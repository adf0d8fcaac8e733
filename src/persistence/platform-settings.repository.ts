import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

const OFFER = systemStatement(
  'platform_settings.offer',
  'insert into platform_settings (name, value) values ($name, $value) on conflict (name) do nothing',
);
const READ = systemStatement('platform_settings.read', 'select value from platform_settings where name = $name');

/** What all processes on one database share, such as the key that signs cursors. */
export class PlatformSettingsRepository {
  constructor(private readonly session: SystemSession) {}

  /** The stored value; when there is none yet, the offer of whoever comes first. */
  async getOrOffer(name: string, offer: () => string): Promise<string> {
    const stored = (await this.read(name)) ?? (await this.offer(name, offer()));
    if (stored === undefined) throw new Error(`Platform setting ${name} cannot be read back`);
    return stored;
  }

  private async offer(name: string, value: string): Promise<string | undefined> {
    await this.session.run(OFFER, { name, value });
    return this.read(name);
  }

  private async read(name: string): Promise<string | undefined> {
    const [row] = await this.session.run<{ value: string }>(READ, { name });
    return row?.value;
  }
}
