import type { AnswerStore, Claim, KeptAnswer, RepeatableRequest } from '../domain/repeatable-request.js';
import { BOUND, tenantStatement } from './statement.js';
import type { UnitOfWork } from './unit-of-work.js';

/** An answer is repeated for so long. */
const KEPT_MS = 24 * 3_600_000;
/** Whoever has not answered by then never will: the process ended. */
const ABANDONED_MS = 60_000;

const KEY = `k.tenant_id = $tenant::uuid and k.actor_id = $actorId::uuid and k.key_digest = decode($keyDigest::text, 'hex')`;

/** Old keys of the tenant go on the way. What another request claimed meanwhile is not seen: then no row tells of it. */
const CLAIM = tenantStatement(
  'idempotency_keys.claim',
  `with expired as (
      delete from idempotency_keys k
      where k.tenant_id = $tenant::uuid and k.claimed_at < $expired::timestamptz and not (${KEY}) and ${BOUND}
    ), claimed as (
      insert into idempotency_keys as k (tenant_id, actor_id, key_digest, request, claimed_at)
      select $tenant::uuid, $actorId::uuid, decode($keyDigest::text, 'hex'), decode($request::text, 'hex'), $at::timestamptz
      where ${BOUND}
      on conflict (tenant_id, actor_id, key_digest) do update
        set request = excluded.request, status = null, answer = null, claimed_at = excluded.claimed_at
        where k.claimed_at < $expired::timestamptz or (k.status is null and k.claimed_at < $abandoned::timestamptz)
      returning k.claimed_at
    )
    select exists (select from claimed) as first, known.*
    from (select) one left join lateral (
      select encode(k.request, 'hex') as request, k.status, encode(k.answer, 'base64') as sealed
      from idempotency_keys k where ${KEY} and ${BOUND} limit 1
    ) known on true`,
);

const MINE = `${KEY} and k.request = decode($request::text, 'hex') and k.status is null and ${BOUND}`;
const KEEP = tenantStatement(
  'idempotency_keys.keep',
  `with kept as (
      update idempotency_keys k set status = $status::int, answer = decode($sealed::text, 'base64') where ${MINE}
    ) select`,
);
const FORGET = tenantStatement(
  'idempotency_keys.forget',
  `with forgotten as (delete from idempotency_keys k where ${MINE}) select`,
);

interface ClaimRow {
  readonly first: boolean;
  readonly request: string | null;
  readonly status: number | null;
  readonly sealed: string | null;
}

/** Answers to requests with an Idempotency-Key, each in its tenant. */
export class AnswersRepository implements AnswerStore {
  constructor(private readonly work: UnitOfWork) {}

  async claim(request: RepeatableRequest, at: Date): Promise<Claim> {
    const [row] = await this.work.forTenant(request.tenantId).run<ClaimRow>(CLAIM, {
      ...request,
      at,
      expired: new Date(at.getTime() - KEPT_MS),
      abandoned: new Date(at.getTime() - ABANDONED_MS),
    });
    if (row?.first) return { kind: 'first' };
    if (row && row.request !== null && row.request !== request.request) return { kind: 'other' };
    if (!row || row.status === null || row.sealed === null) return { kind: 'running' };
    return { kind: 'answered', status: row.status, sealed: row.sealed };
  }

  async keep(request: RepeatableRequest, answer: KeptAnswer): Promise<void> {
    await this.work.forTenant(request.tenantId).run(KEEP, { ...request, ...answer });
  }

  async forget(request: RepeatableRequest): Promise<void> {
    await this.work.forTenant(request.tenantId).run(FORGET, { ...request });
  }
}
