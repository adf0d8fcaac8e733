import { LIMITS } from '../config/limits.js';
import type { DomainEvent } from '../domain/domain-event.js';
import { dataOf, type RecordedEvent, type SealedEvent } from '../domain/sealed-event.js';
import { shownUrl } from '../domain/webhook-endpoint.js';
import { TYPE_PREFIX } from './catalogue/catalogue.js';
import { writeCursor } from './event-cursor.js';

/** A sealed event as others read it: CloudEvents 1.0 in the JSON format, with the Sequence extension and three of our own. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The event's id, and what consumers drop duplicates by. */
  readonly id: string;
  /** `urn:muster:tenant:<id>`, which never changes. */
  readonly source: string;
  /** `muster.member.provisioned` */
  readonly type: string;
  /** The stable id of what the event is about; `subjecttype` says what that is. */
  readonly subject: string;
  /** When it happened; ISO 8601, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Place in the order of the tenant, as a decimal number: 1, 2, 3 … without gaps. */
  readonly sequence: string;
  readonly sequencetype: 'Integer';
  readonly subjecttype: DomainEvent['subjectType'];
  readonly actortype: DomainEvent['actor']['type'];
  /** Absent where nobody in particular acted. */
  readonly actorid?: string;
  readonly data: DomainEvent['data'];
}

/** An event whose data is too large for a sink (the Dataref extension of CloudEvents, a claim check). */
interface ReferencedEvent extends Omit<CloudEvent, 'data'> {
  /** Relative to the address of this server: the page of the events API that holds the event with its data. */
  readonly dataref: string;
}

/** Media type of one event in the JSON format. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

type Outgoing = Pick<SealedEvent, 'tenantId' | 'seq' | 'event'>;

/** As readers of the events API get it: always with its data. */
export function cloudEvent(sealed: Outgoing): CloudEvent {
  return { ...envelopeOf(sealed), data: shownData(sealed.event) };
}

/**
 * As JSON text for a sink that takes a bounded number of bytes: an event whose data is larger goes out with `dataref` instead of
 * `data`, so that it holds up none behind it.
 */
export function pushedEventText(sealed: Outgoing, maxBytes: number = LIMITS.pushedEventBytes.value): string {
  const { tenantId, seq, event } = sealed;
  if (Buffer.byteLength(event.dataJson) <= maxBytes) return JSON.stringify(cloudEvent(sealed));
  const dataref = `/api/v1/events?after=${writeCursor(tenantId, seq - 1)}&limit=1`;
  return JSON.stringify({ ...envelopeOf(sealed), dataref } satisfies ReferencedEvent);
}

function envelopeOf({ tenantId, seq, event }: Outgoing): Omit<CloudEvent, 'data'> {
  return {
    specversion: '1.0',
    id: event.id,
    source: `urn:muster:tenant:${tenantId}`,
    type: `${TYPE_PREFIX}${event.type}`,
    subject: event.subjectId,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    sequence: String(seq),
    sequencetype: 'Integer',
    subjecttype: event.subjectType,
    actortype: event.actor.type,
    ...(event.actor.id !== null && { actorid: event.actor.id }),
  };
}

/** Events of webhook endpoints that were written before they showed hosts only hold whole URLs; they cannot be changed. */
function shownData(event: Pick<RecordedEvent, 'subjectType' | 'dataJson'>): DomainEvent['data'] {
  const data = dataOf(event);
  if (event.subjectType !== 'webhook_endpoint') return data;
  return {
    ...data,
    ...(data.before && { before: withHost(data.before) }),
    ...(data.after && { after: withHost(data.after) }),
  };
}

function withHost(part: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return typeof part.url === 'string' ? { ...part, url: shownUrl(part.url) } : part;
}
