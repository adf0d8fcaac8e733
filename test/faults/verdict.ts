import type { Write } from './ledger.js';

/** An event as the database has it at the end, with its seal. */
export interface Recorded {
  readonly id: string;
  readonly type: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly requestId: string | null;
  /** Null: not sealed. */
  readonly seq: number | null;
}

export interface Planned {
  readonly eventId: string;
  readonly sink: string;
  readonly state: string;
}

/** What there is to say about one tenant when everything has come to rest. */
export interface TenantEvidence {
  readonly slug: string;
  readonly events: readonly Recorded[];
  readonly deliveries: readonly Planned[];
  /** From this seq on the webhook endpoint was there. */
  readonly hookedFrom: number;
  /** From this seq on people were to be told by e-mail. */
  readonly mailedFrom: number;
  /** Ids of events as they came, by the sink: those that get every event in the order of the tenant. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** The same of the webhook endpoint, which is promised the order of each subject. */
  readonly hooked: readonly string[];
  /** What a reader above the last known id has seen. */
  readonly naive: readonly string[];
}

export interface Evidence {
  readonly writes: readonly Write[];
  readonly tenants: readonly TenantEvidence[];
  readonly mails: readonly { readonly id: string; readonly state: string }[];
  /** Message ids without their domain, as they came. */
  readonly mailed: readonly string[];
  /** Addresses that mails came to. */
  readonly mailedTo: ReadonlySet<string>;
  /** Addresses of active people to whom nothing happened but their creation: they must have been told. */
  readonly welcomed: readonly string[];
}

/** How one sink was served. */
export interface Served {
  readonly sink: string;
  readonly due: number;
  /** Those that came, each counted once. */
  readonly delivered: number;
  readonly duplicates: number;
  readonly lost: number;
  /** Came behind a later one of the same order. */
  readonly disordered: number;
}

/** Types of events that members are told of, as the guide to e-mail has them. */
const TOLD =
  /^(member\.(provisioned|deactivated|reactivated|removed|linked)|team\.(created|renamed|removed|membership_changed))$/;
/** Orders of events: of the tenant, or of each subject. */
type Order = (event: Recorded) => string;
const OF_THE_TENANT: Order = () => '';
const OF_THE_SUBJECT: Order = ({ subjectId }) => subjectId;

/** Everything that is not as promised, one sentence each. */
export function faultsOf(evidence: Evidence): string[] {
  return [
    ...writeFaults(evidence),
    ...evidence.tenants.flatMap(tenantFaults),
    ...mailFaults(evidence),
    ...servedOf(evidence)
      .filter(({ lost, disordered }) => lost + disordered > 0)
      .map(({ sink, lost, disordered }) => `${sink}: ${lost} lost, ${disordered} out of order`),
  ];
}

/** Each sink with all tenants together. */
export function servedOf(evidence: Evidence): Served[] {
  const { tenants, mails, mailed } = evidence;
  const sinks = [...new Set(tenants.flatMap(({ logs }) => [...logs.keys()]))];
  const sent = mails.filter(({ state }) => state === 'sent').map(({ id }) => id);
  return [
    sum(
      'webhooks',
      tenants.map(({ events, hooked, hookedFrom }) => serve(sealedFrom(events, hookedFrom), hooked, OF_THE_SUBJECT)),
    ),
    ...sinks.map((sink) =>
      sum(
        sink,
        tenants.map(({ events, logs }) => serve(sealedFrom(events, 1), logs.get(sink) ?? [], OF_THE_TENANT)),
      ),
    ),
    sum('e-mail (mails)', [count(new Set(sent), mailed)]),
  ];
}

/** How many events the reader above the last id never saw. */
export function naivelyLost({ tenants }: Evidence): number {
  return tenants.reduce((lost, { events, naive }) => {
    const seen = new Set(naive);
    return lost + events.filter(({ id }) => !seen.has(id)).length;
  }, 0);
}

function writeFaults({ writes, tenants }: Evidence): string[] {
  const told = new Map<string, number>();
  for (const { requestId, subjectType } of tenants.flatMap(({ events }) => events)) {
    const key = `${requestId} ${subjectType}`;
    told.set(key, (told.get(key) ?? 0) + 1);
  }
  return writes.flatMap(({ requestId, about, fate }) => {
    const events = told.get(`${requestId} ${about}`) ?? 0;
    const isRight = fate === 'unknown' ? events <= 1 : events === (fate === 'acknowledged' ? 1 : 0);
    return isRight ? [] : [`The ${fate} request ${requestId} about a ${about} has ${events} events`];
  });
}

function tenantFaults({ slug, events, deliveries, hookedFrom, mailedFrom }: TenantEvidence): string[] {
  const sealed = sealedFrom(events, 1);
  const gap = sealed.findIndex(({ seq }, index) => seq !== index + 1);
  const told = sealedFrom(events, mailedFrom).filter(({ type }) => TOLD.test(type));
  return [
    ...(sealed.length < events.length ? [`${slug}: ${events.length - sealed.length} events are not sealed`] : []),
    ...(gap >= 0 ? [`${slug}: no seal ${gap + 1}, or two`] : []),
    ...planFaults(`${slug}: webhooks`, sealedFrom(events, hookedFrom), deliveries, 'webhook'),
    ...planFaults(`${slug}: e-mail`, told, deliveries, 'email'),
  ];
}

/** Each event that is due has one delivery, and that one is made. */
function planFaults(what: string, due: readonly Recorded[], deliveries: readonly Planned[], sink: string): string[] {
  const planned = deliveries.filter((delivery) => delivery.sink === sink);
  const { lost, duplicates } = count(
    new Set(due.map(({ id }) => id)),
    planned.map(({ eventId }) => eventId),
  );
  const undone = planned.filter(({ state }) => state !== 'delivered').length;
  const faults = { 'not planned': lost, 'planned twice': duplicates, 'not delivered': undone };
  return Object.entries(faults).flatMap(([fault, times]) => (times > 0 ? [`${what}: ${times} ${fault}`] : []));
}

function mailFaults({ mails, mailedTo, welcomed }: Evidence): string[] {
  const unfinished = mails.filter(({ state }) => state === 'pending' || state === 'dead').length;
  const forgotten = welcomed.filter((address) => !mailedTo.has(address)).length;
  return [
    ...(unfinished > 0 ? [`${unfinished} mails were not sent`] : []),
    ...(forgotten > 0 ? [`${forgotten} people were not told of their account`] : []),
  ];
}

function sealedFrom(events: readonly Recorded[], from: number): Recorded[] {
  return events.filter(({ seq }) => seq !== null && seq >= from).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

/** Order counts where something came for the first time: a consumer drops what it knows. */
function serve(due: readonly Recorded[], came: readonly string[], order: Order): Omit<Served, 'sink'> {
  const byId = new Map(due.map((event) => [event.id, event]));
  const latest = new Map<string, number>();
  let disordered = 0;
  for (const id of new Set(came)) {
    const event = byId.get(id);
    if (event === undefined) continue;
    const [key, seq] = [order(event), event.seq ?? 0];
    if (seq < (latest.get(key) ?? 0)) disordered += 1;
    latest.set(key, Math.max(seq, latest.get(key) ?? 0));
  }
  return { ...count(new Set(byId.keys()), came), disordered };
}

function count(due: ReadonlySet<string>, came: readonly string[]): Omit<Served, 'sink'> {
  const distinct = new Set(came);
  const delivered = [...due].filter((id) => distinct.has(id)).length;
  const lost = due.size - delivered;
  return { due: due.size, delivered, duplicates: came.length - distinct.size, lost, disordered: 0 };
}

function sum(sink: string, parts: readonly Omit<Served, 'sink'>[]): Served {
  const total = (of: (part: Omit<Served, 'sink'>) => number) => parts.reduce((all, part) => all + of(part), 0);
  return {
    sink,
    due: total(({ due }) => due),
    delivered: total(({ delivered }) => delivered),
    duplicates: total(({ duplicates }) => duplicates),
    lost: total(({ lost }) => lost),
    disordered: total(({ disordered }) => disordered),
  };
}
