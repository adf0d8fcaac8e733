import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { newId } from '../config/new-id.js';
import type { Actor, AuditEventType, DomainEvent } from '../domain/domain-event.js';
import type { Page } from '../domain/page.js';
import type { SealedEvent } from '../domain/sealed-event.js';
import { exportAudit } from '../events/audit-export.js';
import type { AuditFormat } from '../events/audit-format.js';
import { newSigningKey, publicKeyOf } from '../events/audit-signature.js';
import { appendEvents } from '../persistence/events.repository.js';
import { PlatformSettingsRepository } from '../persistence/platform-settings.repository.js';
import { type AuditFilter, SealsRepository } from '../persistence/seals.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';

/** Who looks into which tenant's log. */
export interface AuditReader {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly actor: Actor;
  readonly requestId: string | null;
}

/** The audit log of a tenant. That somebody read it is written into it first: no reading without a trace. */
@Injectable()
export class AuditService {
  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async search(reader: AuditReader, filter: AuditFilter, limit: number): Promise<Page<SealedEvent>> {
    await this.tell(reader, 'audit.read', { ...filter });
    const seals = new SealsRepository(this.work.forTenant(reader.tenant.id));
    return seals.search(filter, limit);
  }

  /** @returns the text, piece by piece */
  async export(reader: AuditReader, format: AuditFormat, from: number): Promise<AsyncGenerator<string>> {
    const seals = new SealsRepository(this.work.forTenant(reader.tenant.id));
    const { seq: until } = await seals.last();
    await this.tell(reader, 'audit.exported', { format, from, until });
    const at = this.clock.now().toISOString();
    return exportAudit(seals, { tenant: reader.tenant, format, from, at, signingKey: await this.signingKey() });
  }

  /** With which exports of this installation can be verified; SubjectPublicKeyInfo in base64. */
  async publicKey(): Promise<string> {
    return publicKeyOf(await this.signingKey());
  }

  /** Made once and kept where requests of tenants cannot read. */
  private signingKey(): Promise<string> {
    return new PlatformSettingsRepository(this.work.system).getOrOffer('audit_signing_key', newSigningKey);
  }

  private tell({ tenant, actor, requestId }: AuditReader, type: AuditEventType, query: object): Promise<void> {
    const now = this.clock.now();
    const event: DomainEvent = {
      id: newId({ msecs: now.getTime() }),
      type,
      occurredAt: now.toISOString(),
      actor,
      requestId,
      subjectType: 'tenant',
      subjectId: tenant.id,
      data: { query: { ...query } },
    };
    return appendEvents(this.work.forTenant(tenant.id), [event]);
  }
}
