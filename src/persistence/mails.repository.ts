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

interface ClaimRow {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly id: string;
  readonly member_id: string | null;
  readonly address: string | null;
  readonly content: MailContent;
  readonly attempts: number;
}

const INSERT = systemStatement(
  'mails.insert',
  `insert into mails (tenant_id, id, kind, member_id, address, content, next_attempt_at, created_at)
   select $tenantId::uuid, m.id, m.kind, m.member_id, m.address, m.content::jsonb, $at::timestamptz, $at::timestamptz
   from unnest($ids::uuid[], $kinds::text[], $members::uuid[], $addresses::text[], $contents::text[])
     as m (id, kind, member_id, address, content)`,
);

const CLAIM = systemStatement(
  'mails.claim',
  `with due as (
     select d.tenant_id, d.id from mails d where d.state = 'pending' and d.next_attempt_at <= $at::timestamptz
     order by d.next_attempt_at limit $limit::int for update skip locked
   )
   update mails m set claimed_until = $until::timestamptz, next_attempt_at = $until::timestamptz, attempts = m.attempts + 1
   from due join tenants t on t.id = due.tenant_id
   where m.tenant_id = due.tenant_id and m.id = due.id
   returning m.tenant_id, t.name as tenant_name, m.id, m.member_id, m.address, m.content, m.attempts`,
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

  async claim(at: Date, until: Date, limit: number): Promise<ClaimedMail[]> {
    const rows = await this.session.run<ClaimRow>(CLAIM, { at, until, limit });
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      tenantName: row.tenant_name,
      id: row.id,
      recipient: row.member_id === null ? { address: row.address ?? '' } : { memberId: row.member_id },
      content: row.content,
      attempt: row.attempts,
      claimedUntil: until,
    }));
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
}
