import type { DomainEvent } from '../domain/domain-event.js';
import { dataOf, type RecordedEvent, type SealedEvent } from '../domain/sealed-event.js';
import { shownUrl } from '../domain/webhook-endpoint.js';
import { TYPE_PREFIX } from './catalogue/catalogue.js';

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

/** Media type of one event in the JSON format. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

export function cloudEvent({ tenantId, seq, event }: Pick<SealedEvent, 'tenantId' | 'seq' | 'event'>): CloudEvent {
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
    data: shownData(event),
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
