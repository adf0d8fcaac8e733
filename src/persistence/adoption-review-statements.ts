import { eventParts } from './events.repository.js';
import { BOUND, tenantStatement } from './statement.js';

const COLUMNS = `r.id, r.member_id as "memberId", r.connection_id as "connectionId", r.user_name as "userName",
  r.external_id as "externalId", r.requested_at as "requestedAt", r.last_requested_at as "lastRequestedAt",
  r.decision, r.decided_at as "decidedAt", left(encode(sha256(convert_to(r.resource::text, 'UTF8')), 'hex'), 32) as version`;

/** Of whom the connection asks for, and who asks. */
const SHOWN = `${COLUMNS}, m.scim_id as "scimId", m.user_name as "memberUserName", m.active as "memberActive",
  c.name as "connectionName"`;
const FROM = `adoption_reviews r
  join members m on m.tenant_id = $tenant::uuid and m.id = r.member_id
  join connections c on c.tenant_id = $tenant::uuid and c.id = r.connection_id`;

export const FIND = tenantStatement(
  'adoption_reviews.find',
  `select ${SHOWN}, r.resource from ${FROM} where r.tenant_id = $tenant::uuid and r.id = $id::uuid and ${BOUND}`,
);

/** What each status means to the rows. Literal, so that the open ones are found by their own index. */
const STATUS = {
  open: 'r.decision is null and r.last_requested_at >= $edge::timestamptz',
  expired: 'r.decision is null and r.last_requested_at < $edge::timestamptz',
  approved: `r.decision = 'approved'`,
  rejected: `r.decision = 'rejected'`,
};

const list = (status: keyof typeof STATUS) =>
  tenantStatement(
    `adoption_reviews.list_${status}`,
    `select ${SHOWN} from ${FROM}
      where r.tenant_id = $tenant::uuid and ${STATUS[status]} and r.id > $after::uuid and ${BOUND}
      order by r.id limit $limit::int`,
  );
export const LISTS = {
  open: list('open'),
  expired: list('expired'),
  approved: list('approved'),
  rejected: list('rejected'),
};

/** A round ends by a decision, or when nobody asked for long; who asks then asks anew. */
const OVER = '(r.decision is not null or r.last_requested_at < $edge::timestamptz)';

/** Nothing comes back after a rejection. The event is of the first request of a round; the others only say what is wished now. */
export const REQUEST = tenantStatement(
  'adoption_reviews.request',
  `with requested as (
      insert into adoption_reviews as r (tenant_id, id, member_id, connection_id, user_name, external_id, resource,
        requested_at, last_requested_at)
      select $tenant::uuid, $id::uuid, $memberId::uuid, $connectionId::uuid, $userName::text, $externalId::text,
        $resource::json, $occurredAt::timestamptz, $occurredAt::timestamptz
      where ${BOUND}
      on conflict (tenant_id, member_id, connection_id) do update set
        id = case when ${OVER} then excluded.id else r.id end,
        requested_at = case when ${OVER} then excluded.requested_at else r.requested_at end,
        last_requested_at = excluded.last_requested_at,
        user_name = excluded.user_name, external_id = excluded.external_id, resource = excluded.resource,
        decision = null, decided_at = null
      where r.decision is distinct from 'rejected'
      returning r.id
    ), ${eventParts('from requested where requested.id = $id::uuid')}
    select from requested`,
);

const DECIDED = 'decision = $decision::text, decided_at = $decidedAt::timestamptz, resource = null';

/** Only what was seen is decided: a request that came in between may wish for something else. */
export const DECIDE = tenantStatement(
  'adoption_reviews.decide',
  `with decided as (
      update adoption_reviews r set ${DECIDED}
      where r.tenant_id = $tenant::uuid and r.id = $id::uuid and r.decision is null
        and r.last_requested_at = $lastRequestedAt::timestamptz and ${BOUND}
      returning r.id
    ) select from decided`,
);

/** The member is linked: what its connection asked is granted, and what others asked is void. */
export const SETTLE = tenantStatement(
  'adoption_reviews.settle',
  `with granted as (
      update adoption_reviews r set ${DECIDED}
      where r.tenant_id = $tenant::uuid and r.member_id = $memberId::uuid and r.connection_id = $connectionId::uuid
        and r.decision is distinct from $decision::text and ${BOUND}
    ), voided as (
      delete from adoption_reviews r
      where r.tenant_id = $tenant::uuid and r.member_id = $memberId::uuid and r.connection_id <> $connectionId::uuid
        and r.decision is null and ${BOUND}
    ) select`,
);
