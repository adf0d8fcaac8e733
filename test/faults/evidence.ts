import type { NatsServer } from '../support/nats-server.js';
import type { SmtpCatcher } from '../support/smtp-catcher.js';
import type { DatabaseUnderFaults } from './database-under-faults.js';
import type { HookReceiver } from './hook-receiver.js';
import type { Write } from './ledger.js';
import { TenantUnderLoad } from './tenant-under-load.js';
import type { Evidence, Planned, Recorded, TenantEvidence } from './verdict.js';

interface Sinks {
  readonly hooks: HookReceiver;
  readonly smtp: SmtpCatcher;
  readonly nats: NatsServer;
}

const EVENTS = `select e.id, e.type, e.subject_type as "subjectType", e.subject_id as "subjectId", e.request_id as "requestId",
    s.seq::int as seq
  from events e left join seals s on s.tenant_id = e.tenant_id and s.event_id = e.id where e.tenant_id = $1`;
const DELIVERIES = 'select event_id as "eventId", sink, state from deliveries where tenant_id = $1';
const WELCOMED = `select lower(m.resource -> 'emails' -> 0 ->> 'value') as address from members m
  where m.version = 1 and m.active and m.resource -> 'emails' -> 0 ->> 'value' is not null`;

/** Reads from the database and the sinks what a verdict needs. */
export async function gatherEvidence(
  database: DatabaseUnderFaults,
  tenants: readonly TenantUnderLoad[],
  sinks: Sinks,
  { writes, nats }: { readonly writes: readonly Write[]; readonly nats: boolean },
): Promise<Evidence> {
  const published = nats ? await sinks.nats.messages() : [];
  const gathered: TenantEvidence[] = [];
  for (const { identity, stream, pages, naive } of tenants) {
    const { id, slug } = identity;
    const events = await database.rows<Recorded>(EVENTS, [id]);
    const inBroker = published.filter(({ subject }) => subject.startsWith(`muster.${slug}.`));
    gathered.push({
      slug,
      events,
      deliveries: await database.rows<Planned>(DELIVERIES, [id]),
      hookedFrom: seqOf(events, 'webhook_endpoint.created'),
      mailedFrom: seqOf(events, 'tenant.settings_changed'),
      logs: new Map([
        ['events API', pages.ids],
        ['event stream', stream.ids],
        ...(nats ? [['NATS JetStream', inBroker.map(({ messageId }) => messageId)] as const] : []),
      ]),
      hooked: sinks.hooks.arrivals.get(TenantUnderLoad.hookPath(identity)) ?? [],
      naive: naive.ids,
    });
  }
  const { mails } = sinks.smtp;
  return {
    writes,
    tenants: gathered,
    mails: await database.rows('select id, state from mails'),
    mailed: mails.map(({ parsed }) => /^<(.+)@/.exec(parsed.messageId ?? '')?.[1] ?? ''),
    mailedTo: new Set(mails.flatMap(({ to }) => to.map((address) => address.toLowerCase()))),
    welcomed: (await database.rows<{ address: string }>(WELCOMED)).map(({ address }) => address),
  };
}

function seqOf(events: readonly Recorded[], type: string): number {
  return events.find((event) => event.type === type)?.seq ?? 1;
}
