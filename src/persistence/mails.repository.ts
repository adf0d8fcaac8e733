import { LIMITS } from '../config/limits.js';
import { newId } from '../config/new-id.js';
import type { MailContent, MailRecipient, PlannedMail } from '../domain/mail.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** A mail that this process has to send, before the claim ends and another one may. */
export interface ClaimedMail {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly id: string;
  readonly recipient: MailRecipient;
  readonly content: MailContent;
  /** This one, counted from 1. */
  readonly attempt: number;
  readonly claimedUntil: Date;
}

/** What came of an attempt. */
export type MailOutcome =
  | { readonly state: 'sent' }
  | { readonly state: 'skipped' | 'dead'; readonly reason: string }
  | { readonly state: 'pending'; readonly reason: string; readonly nextAttemptAt: Date };

export interface MailClaimRequest {
  readonly at: Date;
  readonly until: Date;
  readonly limit: number;
  readonly after: string | undefined;
  /** How many mails of which tenant this process is sending. */
  readonly busy: ReadonlyMap<string, number>;
}

export interface MailClaim {
  readonly mails: readonly ClaimedMail[];
  /** Where the next claim begins; undefined when nothing waits. */
  readonly lastTenant: string | undefined;
  /** Tenants that reached a limit of mails, which nothing told yet. */
  readonly held: readonly string[];
  /** Whether mails of a tenant wait because it has as many under way as it may have. */
  readonly isCrowded: boolean;
}

interface TakenRow {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly id: string;
  readonly member_id: string | null;
  readonly address: string | null;
  readonly content: MailContent;
  readonly attempts: number;
}

interface ClaimSummary {
  readonly last_tenant: string | null;
  readonly held: readonly string[];
  readonly is_crowded: boolean;
}

type ClaimRow = ClaimSummary & (TakenRow | { readonly id: null });

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const HOUR_MS = 3_600_000;

const INSERT = systemStatement(
  'mails.insert',
  `insert into mails (tenant_id, id, kind, member_id, address, content, next_attempt_at, created_at)
   select $tenantId::uuid, m.id, m.kind, m.member_id, m.address, m.content::jsonb, $at::timestamptz, $at::timestamptz
   from unnest($ids::uuid[], $kinds::text[], $members::uuid[], $addresses::text[], $contents::text[])
     as m (id, kind, member_id, address, content)`,
);

/** The next tenant with mails that wait, behind another one. */
const nextTenant = (behind: string) => `select d.tenant_id from mails d
   where d.state = 'pending' and d.tenant_id > ${behind} order by d.tenant_id limit 1`;
/** Tenants that one claim looks at. */
const LOOK = 100;

/**
 * Goes from tenant to tenant along the index, in a circle that begins behind the tenant that was served last, so that what waits for
 * one costs nothing when another is asked for. Each tenant gets a place before any gets a second one, as far as it has places and is
 * below its limits. Only first attempts count. One row comes back in any case: it says where to begin the next time, and which
 * tenants reached a limit that was not told of.
 */
const CLAIM = systemStatement(
  'mails.claim',
  `with recursive circle (tenant_id, looked, wrapped) as (
     select s.tenant_id, 0, false from (values ($after::uuid)) as s (tenant_id)
     union all
     select n.tenant_id, c.looked + 1, n.wrapped from circle c cross join lateral (
       select t.tenant_id, c.wrapped from (${nextTenant('c.tenant_id')}) t
       union all
       select t.tenant_id, true from (${nextTenant(`'00000000-0000-0000-0000-000000000000'::uuid`)}) t
       where not c.wrapped and not exists (${nextTenant('c.tenant_id')})
       limit 1
     ) n
     where c.looked < ${LOOK} and (not n.wrapped or n.tenant_id <= $after::uuid)
   ), looked as (
     select c.tenant_id, c.looked, t.name,
       least(
         coalesce((t.limits ->> 'mailsPerHour')::bigint, $perHour::bigint) - coalesce(used.hour, 0),
         coalesce((t.limits ->> 'mailsPerDay')::bigint, $perDay::bigint) - coalesce(used.day, 0)) as room,
       $perTenant::int - coalesce(busy.sending, 0) as places, coalesce(used.is_told, false) as is_told
     from circle c join tenants t on t.id = c.tenant_id
     left join unnest($busyIds::uuid[], $busyCounts::int[]) as busy (id, sending) on busy.id = c.tenant_id
     cross join lateral (
       select sum(u.mails) as day, sum(u.mails) filter (where u.hour = $hour::timestamptz) as hour,
         bool_or(u.is_told) filter (where u.hour = $hour::timestamptz) as is_told
       from mail_usage u
       where u.tenant_id = c.tenant_id and u.hour > $hour::timestamptz - interval '24 hours'
     ) used
     where c.looked > 0
   ), due as (
     select d.*, row_number() over (partition by d.tenant_id order by d.next_attempt_at, d.id) as place
     from looked l cross join lateral (
       select d.tenant_id, d.id, d.next_attempt_at, l.looked, l.name from mails d
       where d.state = 'pending' and d.tenant_id = l.tenant_id and d.next_attempt_at <= $at::timestamptz
       order by d.next_attempt_at limit greatest(least($limit::int, l.places, l.room), 0)
       for update skip locked
     ) d
   ), chosen as (
     select d.tenant_id, d.id, d.looked, d.name from due d order by d.place, d.looked limit $limit::int
   ), taken as (
     update mails m set claimed_until = $until::timestamptz, next_attempt_at = $until::timestamptz, attempts = m.attempts + 1
     from chosen c where m.tenant_id = c.tenant_id and m.id = c.id
     returning m.tenant_id, c.name as tenant_name, m.id, m.member_id, m.address, m.content, m.attempts
   ), counted as (
     insert into mail_usage as u (tenant_id, hour, mails)
     select t.tenant_id, $hour::timestamptz, count(*) from taken t where t.attempts = 1
     group by t.tenant_id order by t.tenant_id
     on conflict (tenant_id, hour) do update set mails = u.mails + excluded.mails
   )
   select coalesce(
       (select c.tenant_id from chosen c order by c.looked desc limit 1),
       (select l.tenant_id from looked l order by l.looked desc limit 1)) as last_tenant,
     array(select l.tenant_id from looked l where l.room <= 0 and not l.is_told) as held,
     exists (select from looked l where l.places <= 0 and exists (
       select from mails d
       where d.state = 'pending' and d.tenant_id = l.tenant_id and d.next_attempt_at <= $at::timestamptz)) as is_crowded,
     t.*
   from (select) one left join taken t on true`,
);

/** Once an hour. @returns a row when it was not told of before */
const TELL_HELD = systemStatement(
  'mails.tell_held',
  `insert into mail_usage as u (tenant_id, hour, is_told) values ($tenantId::uuid, $hour::timestamptz, true)
   on conflict (tenant_id, hour) do update set is_told = true where not u.is_told
   returning u.tenant_id`,
);

const PENDING_OF = systemStatement(
  'mails.pending_of',
  `select count(*)::int as pending from (
     select from mails m where m.state = 'pending' and m.tenant_id = $tenantId::uuid limit $most::int) m`,
);

/** Nothing is written by whoever's claim has ended: another one has the mail now. What a mail said is forgotten with it. */
const FINISH = systemStatement(
  'mails.finish',
  `update mails m set state = $state::text, claimed_until = null, last_error = $reason::text,
     next_attempt_at = coalesce($nextAttemptAt::timestamptz, m.next_attempt_at),
     content = case when $state::text = 'pending' then m.content end,
     ended_at = case when $state::text <> 'pending' then $at::timestamptz end
   where m.tenant_id = $tenantId::uuid and m.id = $id::uuid and m.claimed_until = $claimedUntil::timestamptz`,
);

const RELEASE = systemStatement(
  'mails.release',
  `update mails m set claimed_until = null, next_attempt_at = $at::timestamptz, attempts = m.attempts - 1
   where m.tenant_id = $tenantId::uuid and m.id = $id::uuid and m.claimed_until = $claimedUntil::timestamptz`,
);

const PENDING = systemStatement(
  'mails.pending',
  `select count(*)::int as pending from (select from mails m where m.state = 'pending' limit $most::int) m`,
);

const FORGET = systemStatement('mails.forget', 'delete from mails m where m.ended_at < $before::timestamptz');
const FORGET_USAGE = systemStatement(
  'mails.forget_usage',
  `with recipients as (delete from mail_recipients r where r.day < ($before::timestamptz at time zone 'UTC')::date)
   delete from mail_usage u where u.hour < $before::timestamptz`,
);

/** Mails of all tenants, as the worker sees them. */
export class MailsRepository {
  constructor(private readonly session: SystemSession) {}

  /** To be sent at once. */
  async add(tenantId: string, mails: readonly PlannedMail[], at: Date): Promise<void> {
    if (mails.length === 0) return;
    await this.session.run(INSERT, {
      tenantId,
      at,
      ids: mails.map(() => newId({ msecs: at.getTime() })),
      kinds: mails.map(({ content }) => content.kind),
      members: mails.map(({ recipient }) => ('memberId' in recipient ? recipient.memberId : null)),
      addresses: mails.map(({ recipient }) => ('address' in recipient ? recipient.address : null)),
      contents: mails.map(({ content }) => JSON.stringify(content)),
    });
  }

  /** @param wish.after the tenant that was served last */
  async claim({ at, until, limit, after = BEFORE_ALL, busy }: MailClaimRequest): Promise<MailClaim> {
    const rows = await this.session.run<ClaimRow>(CLAIM, {
      at,
      until,
      limit,
      after,
      hour: hourOf(at),
      perHour: LIMITS.mailsPerHour.value,
      perDay: LIMITS.mailsPerDay.value,
      perTenant: LIMITS.mailsSending.value,
      busyIds: [...busy.keys()],
      busyCounts: [...busy.values()],
    });
    const taken = rows.filter((row): row is ClaimRow & TakenRow => row.id !== null);
    return {
      mails: taken.map((row) => ({
        tenantId: row.tenant_id,
        tenantName: row.tenant_name,
        id: row.id,
        recipient: row.member_id === null ? { address: row.address ?? '' } : { memberId: row.member_id },
        content: row.content,
        attempt: row.attempts,
        claimedUntil: until,
      })),
      lastTenant: rows[0]?.last_tenant ?? undefined,
      held: rows[0]?.held ?? [],
      isCrowded: rows[0]?.is_crowded ?? false,
    };
  }

  /** Whether nothing told yet in this hour that mails of the tenant are held. */
  async tellHeld(tenantId: string, at: Date): Promise<boolean> {
    return (await this.session.run(TELL_HELD, { tenantId, hour: hourOf(at) })).length > 0;
  }

  /** @returns how many mails of a tenant wait, `most` when there are more */
  async pendingOf(tenantId: string, most: number): Promise<number> {
    const [row] = await this.session.run<{ pending: number }>(PENDING_OF, { tenantId, most });
    return row?.pending ?? 0;
  }

  async finish({ tenantId, id, claimedUntil }: ClaimedMail, outcome: MailOutcome, at: Date): Promise<void> {
    await this.session.run(FINISH, { tenantId, id, claimedUntil, at, reason: null, nextAttemptAt: null, ...outcome });
  }

  /** Gives a mail back that was not attempted to its end. */
  async release({ tenantId, id, claimedUntil }: ClaimedMail, at: Date): Promise<void> {
    await this.session.run(RELEASE, { tenantId, id, claimedUntil, at });
  }

  /** @returns how many mails wait, `most` when there are more */
  async pending(most: number): Promise<number> {
    const [row] = await this.session.run<{ pending: number }>(PENDING, { most });
    return row?.pending ?? 0;
  }

  /** What ended before this time is deleted. */
  async forget(before: Date): Promise<void> {
    await this.session.run(FORGET, { before });
  }

  /** Counts of what was begun before this time. */
  async forgetUsage(before: Date): Promise<void> {
    await this.session.run(FORGET_USAGE, { before });
  }
}

/** The hour in UTC that a time is in. */
function hourOf(at: Date): Date {
  return new Date(at.getTime() - (at.getTime() % HOUR_MS));
}
