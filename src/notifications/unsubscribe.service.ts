import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LIMITS } from '../config/limits.js';
import { BaseUrl } from '../http/base-url.js';
import { MailOptoutsRepository } from '../persistence/mail-optouts.repository.js';
import { MailRecipientsRepository } from '../persistence/mail-recipients.repository.js';
import { PlatformSettingsRepository } from '../persistence/platform-settings.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { type Optout, UnsubscribeTokens } from './unsubscribe-token.js';

/** What all processes of the installation derive their keys from; made by the first that asks. */
const PLATFORM_SECRET = 'secret_key';
const BYTES = 32;

/** The address of the page, below the base of all links. */
export const UNSUBSCRIBE_PATH = 'unsubscribe';

/** Who wants no mail, per tenant and address. */
@Injectable()
export class UnsubscribeService {
  private tokens: UnsubscribeTokens | undefined;

  constructor(
    private readonly work: UnitOfWork,
    private readonly baseUrl: BaseUrl,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The link that stops mails of a tenant to an address; undefined when they have been stopped. */
  async linkFor(tenantId: string, address: string): Promise<string | undefined> {
    const tokens = await this.opened();
    const optout = tokens.optout(tenantId, address);
    if (await this.optouts(tenantId).has(optout.digest)) return undefined;
    return `${this.baseUrl.root}/${UNSUBSCRIBE_PATH}?token=${tokens.token(optout)}`;
  }

  /** Counts a mail to an address. @returns whether the tenant may send it today */
  async mayReach(tenantId: string, address: string): Promise<boolean> {
    const { digest } = (await this.opened()).optout(tenantId, address);
    const mails = await new MailRecipientsRepository(this.work.forTenant(tenantId)).add(digest, this.clock.now());
    return mails <= LIMITS.mailsPerRecipient.value;
  }

  /** What a link is about; undefined when it is none of ours. */
  async read(token: unknown): Promise<Optout | undefined> {
    return (await this.opened()).read(token);
  }

  async unsubscribe({ tenantId, digest }: Optout): Promise<void> {
    await this.optouts(tenantId).add(digest, this.clock.now());
  }

  private optouts(tenantId: string): MailOptoutsRepository {
    return new MailOptoutsRepository(this.work.forTenant(tenantId));
  }

  private async opened(): Promise<UnsubscribeTokens> {
    if (this.tokens) return this.tokens;
    const settings = new PlatformSettingsRepository(this.work.system);
    const secret = await settings.getOrOffer(PLATFORM_SECRET, () => randomBytes(BYTES).toString('base64url'));
    this.tokens = new UnsubscribeTokens(secret);
    return this.tokens;
  }
}
