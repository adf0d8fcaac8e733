import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { DomainException } from '../domain/domain-error.js';
import type { Tenant } from '../domain/tenant.js';
import { Problem } from '../http/problem.js';
import type { RemovalRequest } from '../persistence/tenant-removal.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AdminTransactions, type Changes } from './admin-transactions.js';
import type { Author } from './author.js';
import { digestOf } from './tenant-changes.js';

const CODE_BYTES = 9;
const CODE_LIFETIME_MS = 15 * 60_000;

/** What confirms a removal. */
export interface RemovalNotice {
  readonly confirmation: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * The end of a tenant, in steps that no slip of the hand takes all at once: it is suspended, its whole audit log is exported,
 * the removal is asked for by the tenant's slug, and it is confirmed with the code that was answered. Its data goes an hour later.
 */
@Injectable()
export class TenantRemoval {
  private readonly transactions: AdminTransactions;

  constructor(work: UnitOfWork, @Inject(CLOCK) clock: Clock) {
    this.transactions = new AdminTransactions(work, clock);
  }

  /** @throws Problem 409 when a step is missing; DomainException `invalid` when the slug is another one */
  ask(author: Author, id: string, slug: string): Promise<RemovalNotice> {
    const confirmation = randomBytes(CODE_BYTES).toString('base64url');
    return this.transactions.change(author, async ({ tenants, at }) => {
      const tenant = await readyToGo(id, tenants);
      if (tenant.slug !== slug) {
        throw new DomainException({ kind: 'invalid', attribute: 'slug', detail: 'is not the slug of this tenant' });
      }
      const expiresAt = new Date(at.getTime() + CODE_LIFETIME_MS).toISOString();
      await tenants.askRemoval(tenant, confirmation, expiresAt);
      return { confirmation, expiresAt };
    });
  }

  /** @throws Problem 409 when a step is missing, or the code is not the one that was answered last, or is too old */
  remove(author: Author, id: string, confirmation: string): Promise<void> {
    return this.transactions.change(author, async ({ tenants, at }) => {
      const tenant = await readyToGo(id, tenants);
      if (!confirms(confirmation, await tenants.removalRequest(tenant), at)) throw new Problem(409, WRONG_CODE);
      await tenants.remove(tenant);
    });
  }
}

const WRONG_CODE = 'This is not the code that the last request for the removal was answered with, or it is too old.';

function confirms(code: string, request: RemovalRequest | undefined, at: Date): boolean {
  if (!request || Date.parse(request.askedAt) + CODE_LIFETIME_MS <= at.getTime()) return false;
  return timingSafeEqual(Buffer.from(request.digest, 'hex'), Buffer.from(digestOf(code), 'hex'));
}

/** Suspended, so that nothing changes any more, and with nothing in its log that was not exported. */
async function readyToGo(id: string, tenants: Changes['tenants']): Promise<Tenant> {
  const tenant = await tenants.find(id);
  if (!tenant) throw new DomainException({ kind: 'notFound', resource: 'Tenant', id });
  if (tenant.status !== 'suspended') {
    throw new Problem(409, 'Suspend the tenant first: what is in use is not removed.');
  }
  const { exported, changedSince } = await tenants.exportState(tenant);
  const how = `GET /api/v1/tenants/${id}/audit/export, or muster audit export --tenant ${tenant.slug}`;
  if (!exported) throw new Problem(409, `Export the whole audit log of the tenant first: ${how}.`);
  if (changedSince) {
    throw new Problem(409, `Something changed that is not in the last export; export the audit log again: ${how}.`);
  }
  return tenant;
}
