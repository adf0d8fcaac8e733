import { EVENT_COLUMNS } from './event-rows.js';
import { eventParts } from './events.repository.js';
import { NEW_ID } from './membership-events.js';
import { BOUND, tenantStatement } from './statement.js';

/** Why a delivery to an endpoint that is no more is dead. */
export const REMOVED = 'The endpoint was removed.';

const COLUMNS = `w.id, w.url, w.description, w.event_types as "eventTypes", w.status, w.disabled_reason as "disabledReason",
  w.failing_since as "failingSince", w.created_at as "createdAt", w.updated_at as "updatedAt"`;
const ONE = `w.tenant_id = $tenant::uuid and w.id = $id::uuid and ${BOUND}`;
const FOUND = 'where exists (select from changed)';

export const LIST = tenantStatement(
  'webhook_endpoints.list',
  ` select ${COLUMNS} from webhook_endpoints w
    where w.tenant_id = $tenant::uuid and w.id > $after::uuid and ${BOUND} order by w.id limit $limit::int`,
);

/** For the planner: it reads all of a tenant before each batch. */
export const LIST_ENABLED = tenantStatement(
  'webhook_endpoints.list_enabled',
  ` select w.id, w.event_types as "eventTypes" from webhook_endpoints w
    where w.tenant_id = $tenant::uuid and w.status = 'enabled' and ${BOUND}`,
);

export const FIND = tenantStatement(
  'webhook_endpoints.find',
  ` select ${COLUMNS} from webhook_endpoints w where ${ONE}`,
);

export const FIND_FOR_CHANGE = tenantStatement(
  'webhook_endpoints.find_for_change',
  ` select ${COLUMNS}, w.secrets from webhook_endpoints w where ${ONE} for update of w`,
);

/** The limit holds only in a transaction that has locked the tenant. */
export const INSERT = tenantStatement(
  'webhook_endpoints.insert',
  `with changed as (
     insert into webhook_endpoints (tenant_id, id, url, description, event_types, secrets, status, created_at, updated_at)
     select $tenant::uuid, $id::uuid, $url::text, $description::text, $eventTypes::text[], $secrets::jsonb, $status::text,
       $createdAt::timestamptz, $createdAt::timestamptz
     where ${BOUND} and (
       select count(*) from webhook_endpoints w where w.tenant_id = $tenant::uuid and ${BOUND}) < $most::int
     returning id
   ), ${eventParts(FOUND)} select from changed`,
);

export const UPDATE = tenantStatement(
  'webhook_endpoints.update',
  `with changed as (
     update webhook_endpoints w set url = $url::text, description = $description::text, event_types = $eventTypes::text[],
       status = $status::text, disabled_reason = $disabledReason::text, failing_since = $failingSince::timestamptz,
       updated_at = $updatedAt::timestamptz
     where ${ONE} returning w.id
   ), ${eventParts(FOUND)} select from changed`,
);

export const SET_SECRETS = tenantStatement(
  'webhook_endpoints.set_secrets',
  `with changed as (
     update webhook_endpoints w set secrets = $secrets::jsonb, updated_at = $occurredAt::timestamptz
     where ${ONE} returning w.id
   ), ${eventParts(FOUND)} select from changed`,
);

export const DELETE = tenantStatement(
  'webhook_endpoints.delete',
  `with changed as (delete from webhook_endpoints w where ${ONE} returning w.id), ${eventParts(FOUND)}, given_up as (
     update deliveries d set state = 'dead', claimed_until = null, last_error = '${REMOVED}'
     where d.tenant_id = $tenant::uuid and d.sink_id = $id::uuid and d.state = 'pending' and ${BOUND}
       and exists (select from changed)
   ) select from changed`,
);

const ATTEMPTS = `(
  select coalesce(json_agg(json_build_object('attempt', a.attempt,
    'at', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'request', a.request,
    'status', a.status, 'latencyMs', a.latency_ms, 'responseExcerpt', a.response_excerpt, 'error', a.error
  ) order by a.attempt), '[]')
  from webhook_attempts a where a.tenant_id = $tenant::uuid and a.delivery_id = d.id and ${BOUND})`;

const DELIVERY = `d.id, d.event_id as "eventId", s.type as "eventType", d.seq::float8 as seq, d.state,
  d.attempts as "attemptCount", case when d.state = 'pending' then d.next_attempt_at end as "nextAttemptAt",
  d.last_error as "lastError", d.created_at as "createdAt", d.delivered_at as "deliveredAt", ${ATTEMPTS} as attempts`;
const SEALED_DELIVERIES = '(deliveries d join seals s on s.tenant_id = d.tenant_id and s.seq = d.seq)';

/** No row: there is no such endpoint. A row of nulls: it has no deliveries. */
export const LIST_DELIVERIES = tenantStatement(
  'webhook_deliveries.list',
  ` select page.* from (select w.id from webhook_endpoints w where ${ONE}) as endpoint left join lateral (
      select ${DELIVERY} from ${SEALED_DELIVERIES}
      where d.tenant_id = $tenant::uuid and d.sink_id = endpoint.id and d.sink = 'webhook'
        and d.id < $before::uuid and ${BOUND}
      order by d.id desc limit $limit::int
    ) page on true`,
);

/** With its event, from which the body of the request is made. */
export const FIND_DELIVERY = tenantStatement(
  'webhook_deliveries.find',
  ` select ${EVENT_COLUMNS}, d.* from (
      select ${DELIVERY} from webhook_endpoints w
      join ${SEALED_DELIVERIES} on d.tenant_id = $tenant::uuid and d.sink_id = w.id and d.sink = 'webhook'
        and d.id = $deliveryId::uuid and ${BOUND}
      where ${ONE}
    ) d join events e on e.tenant_id = $tenant::uuid and e.id = d."eventId" and ${BOUND}`,
);

/** What waits already is not planned a second time. The event is written only when something is planned. */
const replay = (name: string, condition: string) =>
  tenantStatement(
    name,
    `with wanted as (
      select s.event_id, s.seq, s.subject_id::text as order_key from seals s
      where s.tenant_id = $tenant::uuid and ${BOUND} and ${condition}
        and not exists (
          select from deliveries p where p.tenant_id = $tenant::uuid and p.sink_id = $id::uuid
            and p.order_key = s.subject_id::text and p.seq = s.seq and p.state = 'pending' and ${BOUND})
      order by s.seq limit $limit::int
    ), planned as (
      insert into deliveries (tenant_id, id, event_id, seq, sink, sink_id, order_key, next_attempt_at, created_at)
      select $tenant::uuid, ${NEW_ID}, w.event_id, w.seq, 'webhook', $id::uuid, w.order_key, $occurredAt::timestamptz,
        $occurredAt::timestamptz
      from wanted w where ${BOUND} returning seq
    ), ${eventParts('where exists (select from planned)')}
    select count(*)::int as planned, max(seq)::float8 as "lastSeq" from planned`,
  );

export const REPLAY_ONE = replay(
  'webhook_deliveries.replay_one',
  `s.event_id = (
     select d.event_id from deliveries d where d.tenant_id = $tenant::uuid and d.id = $deliveryId::uuid
       and d.sink_id = $id::uuid and ${BOUND})`,
);

/** Events are sealed after they happened, so whoever asks for those since a time gets all of them, and perhaps a few before. */
export const REPLAY_MANY = replay(
  'webhook_deliveries.replay_many',
  `s.seq between $fromSeq::bigint and $toSeq::bigint and s.sealed_at >= $since::timestamptz
     and (cardinality($eventTypes::text[]) = 0 or s.type = any($eventTypes::text[])
       or split_part(s.type, '.', 1) || '.*' = any($eventTypes::text[]))`,
);
