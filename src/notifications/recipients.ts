import { Injectable } from '@nestjs/common';
import { LimitCounter } from '../config/limit-counter.js';
import { isSecurityMail, type MailContent } from '../domain/mail.js';
import { isMailAddress } from '../domain/mail-address.js';
import { MailAudienceRepository } from '../persistence/mail-audience.repository.js';
import type { ClaimedMail } from '../persistence/mails.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { addressOf, nameOf } from './member-address.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/** A mail with everything that it needs, as things are at the moment it is sent. */
export interface Addressed {
  readonly kind: 'addressed';
  readonly address: string;
  readonly name: string | undefined;
  readonly content: MailContent;
  readonly unsubscribeUrl: string | undefined;
}

export interface Skipped {
  readonly kind: 'skipped';
  readonly reason: string;
}

interface Reached {
  readonly address: string;
  readonly name?: string | undefined;
  readonly content: MailContent;
}

const skipped = (reason: string): Skipped => ({ kind: 'skipped', reason });

/** Finds out where a mail goes, and whether it may. */
@Injectable()
export class Recipients {
  constructor(
    private readonly work: UnitOfWork,
    private readonly unsubscribe: UnsubscribeService,
    private readonly limits: LimitCounter,
  ) {}

  async of(mail: ClaimedMail): Promise<Addressed | Skipped> {
    const reached = await this.reach(mail);
    if ('kind' in reached) return reached;
    const { address, name, content } = reached;
    if (mail.attempt === 1 && !(await this.unsubscribe.mayReach(mail.tenantId, address))) {
      this.limits.add('mailsPerRecipient');
      return skipped('The address got as many mails today as it may.');
    }
    if (isSecurityMail(content.kind)) return { kind: 'addressed', address, name, content, unsubscribeUrl: undefined };
    const unsubscribeUrl = await this.unsubscribe.linkFor(mail.tenantId, address);
    if (unsubscribeUrl === undefined) return skipped('The address has unsubscribed.');
    return { kind: 'addressed', address, name, content, unsubscribeUrl };
  }

  private async reach({ tenantId, recipient, content }: ClaimedMail): Promise<Reached | Skipped> {
    if ('address' in recipient) {
      const { address } = recipient;
      return isMailAddress(address) ? { address, content } : skipped('The address of the admin is none.');
    }
    const member = await new MailAudienceRepository(this.work.forTenant(tenantId)).addressee(recipient.memberId);
    if (!member) return skipped('There is no such member.');
    const address = addressOf(member);
    if (address === undefined) return skipped('The member has no address that can be used.');
    const allowed = member.active ? content : forInactive(content);
    if (allowed === undefined) return skipped('The member is not active.');
    return { address, name: nameOf(member.resource), content: allowed };
  }
}

/** Whoever is deactivated hears of that, and nothing more of teams. */
function forInactive(content: MailContent): MailContent | undefined {
  if (content.kind !== 'changes') return undefined;
  const notices = content.notices.filter(({ kind }) => kind === 'deactivated');
  return notices.length > 0 ? { kind: 'changes', notices } : undefined;
}
