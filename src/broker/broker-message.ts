import { CLOUD_EVENT_TYPE, pushedEventText } from '../events/cloud-event.js';
import type { PublishedEvent } from '../persistence/broker.repository.js';

/** The first token of every subject. */
export const SUBJECT_ROOT = 'muster';

/** One event as it goes to the broker. */
export interface BrokerMessage {
  /** The event's id, by which the broker and consumers drop duplicates. */
  readonly id: string;
  /** `muster.acme.member.provisioned` */
  readonly subject: string;
  readonly contentType: string;
  /** A CloudEvent in the JSON format. */
  readonly body: string;
}

/**
 * @param slug of the event's tenant: one token, because it holds neither dots nor wildcards nor blanks
 * @param maxBytes of the event's data
 */
export function brokerMessage(slug: string, published: PublishedEvent, maxBytes: number): BrokerMessage {
  const { id, type } = published.event;
  return {
    id,
    subject: `${SUBJECT_ROOT}.${slug}.${type}`,
    contentType: CLOUD_EVENT_TYPE,
    body: pushedEventText(published, maxBytes),
  };
}
