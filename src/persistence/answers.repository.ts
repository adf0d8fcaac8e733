import { LIMITS } from '../config/limits.js';
import type { AnswerStore, Claim, KeptAnswer, RepeatableRequest } from '../domain/repeatable-request.js';
import { BOUND, systemStatement, tenantStatement } from './statement.js';
import type { UnitOfWork } from './unit-of-work.js';

/** An answer is repeated for so long. */
const HOUR_MS = 3_600_000;
const KEPT_MS = 24 * HOUR_MS;
/** Whoever has not answered by then never will: the process ended. */
const ABANDONED_MS = 60_000;

const KEY = `k.tenant_id = $tenant::uuid and k.actor_id = $actorId::uuid and k.key_digest = decode($keyDigest::text, 'hex')`;

const HOUR_OF = (time: string) => `date_trunc('hour', ${time}::timestamptz, 'UTC')`;

/**
 * Reads and writes one key and the tenant's counts of a day, however many keys there are: old ones go elsewhere, in batches. What
 * another request claimed meanwhile is not seen: then no row tells of it.
 */
export const CLAIM = tenantStatement(
  'idempotency_keys.claim',
  `with room as materialized (
      select coalesce(sum(u.keys), 0) < $maxKeys::bigint and coalesce(sum(u.bytes), 0) < $maxBytes::bigint as is_left
      from idempotency_usage u
      where u.tenant_id = $tenant::uuid and u.hour > $expired::timestamptz and ${BOUND}
    ), claimed as (
      insert into idempotency_keys as k (tenant_id, actor_id, key_digest, request, claimed_at)
      select $tenant::uuid, $actorId::uuid, decode($keyDigest::text, 'hex'), decode($request::text, 'hex'), $at::timestamptz
      from room where room.is_left and ${BOUND}
      on conflict (tenant_id, actor_id, key_digest) do update
        set request = excluded.request, status = null, answer = null, claimed_at = excluded.claimed_at
        where k.claimed_at < $expired::timestamptz or (k.status is null and k.claimed_at < $abandoned::timestamptz)
      returning k.claimed_at
    ), counted as (
      insert into idempotency_usage as u (tenant_id, hour, keys, bytes)
      select $tenant::uuid, ${HOUR_OF('$at')}, 1, 0 from claimed
      on conflict (tenant_id, hour) do update set keys = u.keys + 1
    )
    select exists (select from claimed) as first, room.is_left as "isLeft", known.*
    from room left join lateral (
      select encode(k.request, 'hex') as request, k.status, encode(k.answer, 'base64') as sealed
      from idempotency_keys k where ${KEY} and k.claimed_at >= $expired::timestamptz and ${BOUND} limit 1
    ) known on true`,
);

const MINE = `${KEY} and k.request = decode($request::text, 'hex') and k.status is null and ${BOUND}`;
const KEEP = tenantStatement(
  'idempotency_keys.keep',
  `with kept as (
      update idempotency_keys k set status = $status::int, answer = decode($sealed::text, 'base64') where ${MINE}
      returning k.claimed_at, length(k.answer) as bytes
    ), counted as (
      update idempotency_usage u set bytes = u.bytes + kept.bytes from kept
      where u.tenant_id = $tenant::uuid and u.hour = ${HOUR_OF('kept.claimed_at')} and ${BOUND}
    ) select`,
);
const FORGET = tenantStatement(
  'idempotency_keys.forget',
  `with forgotten as (
      delete from idempotency_keys k where ${MINE} returning k.claimed_at
    ), counted as (
      update idempotency_usage u set keys = u.keys - 1 from forgotten
      where u.tenant_id = $tenant::uuid and u.hour = ${HOUR_OF('forgotten.claimed_at')} and ${BOUND}
    ) select`,
);

/** Keys that go in one statement. */
const BATCH = 1000;
/** The oldest first; several instances take others. */
const EXPIRE = systemStatement(
  'idempotency_keys.expire',
  `with old as (
      select k.tenant_id, k.actor_id, k.key_digest from idempotency_keys k where k.claimed_at < $expired::timestamptz
      order by k.claimed_at limit ${BATCH} for update skip locked
    )
    delete from idempotency_keys k using old
    where k.tenant_id = old.tenant_id and k.actor_id = old.actor_id and k.key_digest = old.key_digest
    returning 1`,
);
const EXPIRE_USAGE = systemStatement(
  'idempotency_usage.expire',
  'delete from idempotency_usage u where u.hour < $before::timestamptz',
);

interface ClaimRow {
  readonly first: boolean;
  readonly isLeft: boolean;
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
      expired: expiredAt(at),
      maxKeys: LIMITS.idempotencyKeys.value,
      maxBytes: LIMITS.idempotencyBytes.value,
      abandoned: new Date(at.getTime() - ABANDONED_MS),
    });
    if (row?.first) return { kind: 'first' };
    if (row && row.request !== null && row.request !== request.request) return { kind: 'other' };
    if (row?.isLeft === false && row.request === null) return { kind: 'full' };
    if (!row || row.status === null || row.sealed === null) return { kind: 'running' };
    return { kind: 'answered', status: row.status, sealed: row.sealed };
  }

  async keep(request: RepeatableRequest, answer: KeptAnswer): Promise<void> {
    await this.work.forTenant(request.tenantId).run(KEEP, { ...request, ...answer });
  }

  async forget(request: RepeatableRequest): Promise<void> {
    await this.work.forTenant(request.tenantId).run(FORGET, { ...request });
  }

  /**
   * Deletes keys that are too old to be answered, of all tenants, in batches.
   * @returns how many there were
   */
  async expire(at: Date): Promise<number> {
    const expired = expiredAt(at);
    let removed = 0;
    for (let batch = BATCH; batch === BATCH; removed += batch) {
      batch = (await this.work.system.run(EXPIRE, { expired })).length;
    }
    await this.work.system.run(EXPIRE_USAGE, { before: new Date(expired.getTime() - HOUR_MS) });
    return removed;
  }
}

const expiredAt = (at: Date): Date => new Date(at.getTime() - KEPT_MS);
