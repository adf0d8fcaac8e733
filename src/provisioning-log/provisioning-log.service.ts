import { Injectable } from '@nestjs/common';
import { DomainException } from '../domain/domain-error.js';
import { type Page, pageOf } from '../domain/page.js';
import type { RecordedRequest } from '../domain/recorded-request.js';
import { Problem } from '../http/problem.js';
import { type LogFilter, ProvisioningLogRepository } from '../persistence/provisioning-log.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import type { Action } from './actions.js';
import { targetKey } from './target.js';

/** What of a log is wanted, as it is asked for. Times are RFC 3339. */
export interface LogWish {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** A name or an id. */
  readonly user?: string | undefined;
  /** `409`, `4xx`, `error`, `success`. */
  readonly status?: string | undefined;
  readonly action?: Action | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const STATUSES: Readonly<Record<string, LogFilter['statuses']>> = {
  success: { least: 100, most: 399 },
  error: { least: 400, most: 599 },
};

/** What identity providers asked of a tenant, for those who look after it. */
@Injectable()
export class ProvisioningLogService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Newest first.
   * @param connection name or id
   * @throws DomainException `notFound`, Problem 422
   */
  async page(tenantId: string, connection: string, wish: LogWish): Promise<Page<RecordedRequest>> {
    const filter = filterOf(wish);
    const log = this.log(tenantId);
    const found = await log.page(await connectionIn(log, connection), filter, wish.limit + 1);
    return pageOf(found, wish.limit, ({ id }) => id);
  }

  /** With the body, where one is kept. @throws DomainException `notFound` */
  async get(tenantId: string, connection: string, id: string): Promise<RecordedRequest> {
    const log = this.log(tenantId);
    const request = await log.find(await connectionIn(log, connection), id);
    if (!request) throw new DomainException({ kind: 'notFound', resource: 'Request', id });
    return request;
  }

  private log(tenantId: string): ProvisioningLogRepository {
    return new ProvisioningLogRepository(this.work.forTenant(tenantId));
  }
}

async function connectionIn(log: ProvisioningLogRepository, nameOrId: string): Promise<string> {
  const id = await log.findConnection(nameOrId);
  if (id === undefined) throw new DomainException({ kind: 'notFound', resource: 'Connection', id: nameOrId });
  return id;
}

function filterOf({ from, to, user, status, action, cursor }: LogWish): LogFilter {
  const [since, until] = [timeOf('from', from), timeOf('to', to)];
  if (since && until && since >= until) throw mistake('to', 'must be after from');
  return {
    from: since,
    to: until,
    before: cursor,
    user: user === undefined ? undefined : targetKey(user),
    statuses: status === undefined ? undefined : statusesOf(status),
    action,
  };
}

function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw mistake(field, 'is no time of any calendar; such as 2026-11-22T12:48:24Z');
  return time;
}

function statusesOf(status: string): LogFilter['statuses'] {
  const named = STATUSES[status];
  if (named) return named;
  const least = Number(status.replace('xx', '00'));
  return { least, most: status.endsWith('xx') ? least + 99 : least };
}

function mistake(field: string, detail: string): Problem {
  return new Problem(422, `${field} ${detail}.`, [{ field, detail }]);
}
