import type { WebhookEventType } from '../../domain/domain-event.js';
import { DISABLED_REASONS } from '../../domain/webhook-endpoint.js';
import type { EventDescription } from './event-description.js';
import {
  changed,
  id,
  type JsonSchema,
  listOf,
  oneOf,
  record,
  text,
  textOrNull,
  time,
  wholeNumber,
} from './json-schema.js';

const url = text(
  'Scheme, host and port of where webhooks are sent; the path is not in events, because it may hold a secret.',
);
const description = text('For people.');
const eventTypes = listOf(text('A type of event, or a noun with `.*`.'), 'Which events are sent; none: all of them.');
const status = oneOf(['enabled', 'disabled'], 'Whether it gets anything.');
const disabledReason = oneOf(
  DISABLED_REASONS.filter((reason) => reason !== 'manual'),
  'Why Muster did it; absent when an admin did.',
);
const failingSince = textOrNull('Since when no attempt had succeeded; null: the last one did.');
const part = record({}, { url, description, eventTypes, status }, 'What changed.');

const endpoint = (data: JsonSchema): Pick<EventDescription, 'subjectType' | 'data'> => ({
  subjectType: 'webhook_endpoint',
  data,
});
const switched = { before: { status: 'disabled' }, after: { status: 'enabled' } };
const URL = 'https://hooks.example.com';

export const WEBHOOK_EVENTS: Readonly<Record<WebhookEventType, EventDescription>> = {
  'webhook_endpoint.created': {
    title: 'Webhook endpoint created',
    description: 'Events will be sent to a new URL.',
    ...endpoint(record({ after: record({ url, description, eventTypes }) })),
    example: { after: { url: URL, description: 'Access of the warehouse', eventTypes: ['member.*'] } },
  },
  'webhook_endpoint.updated': {
    title: 'Webhook endpoint updated',
    description: 'An admin changed where or which events are sent.',
    ...endpoint(record({ changed, before: part, after: part })),
    example: { changed: ['eventTypes'], before: { eventTypes: [] }, after: { eventTypes: ['member.*'] } },
  },
  'webhook_endpoint.enabled': {
    title: 'Webhook endpoint enabled',
    description: 'An admin switched it on again, perhaps with other changes.',
    ...endpoint(record({ changed, before: part, after: part })),
    example: { changed: ['status'], ...switched },
  },
  'webhook_endpoint.disabled': {
    title: 'Webhook endpoint disabled',
    description: 'An admin switched it off, it answered 410, or it failed for days.',
    ...endpoint(
      record({
        changed,
        before: part,
        after: record({ status }, { url, description, eventTypes, disabledReason, failingSince }),
      }),
    ),
    example: {
      changed: ['status'],
      before: { status: 'enabled' },
      after: { status: 'disabled', disabledReason: 'gone', failingSince: null },
    },
  },
  'webhook_endpoint.removed': {
    title: 'Webhook endpoint removed',
    description: 'Nothing is sent there any more.',
    ...endpoint(record({ before: record({ url }) })),
    example: { before: { url: URL } },
  },
  'webhook_endpoint.secret_rotated': {
    title: 'Webhook secret rotated',
    description: 'Webhooks are signed with a new secret, and for a while with the old one too.',
    ...endpoint(record({ after: record({ oldExpiresAt: time('Until then the old secret signs too.') }) })),
    example: { after: { oldExpiresAt: '2026-11-23T12:48:24.557Z' } },
  },
  'webhook_endpoint.tested': {
    title: 'Webhook endpoint tested',
    description: 'An admin asked for a test: this event is sent to the endpoint, whatever its filter says.',
    ...endpoint(record({})),
    example: {},
  },
  'webhook_endpoint.replayed': {
    title: 'Webhooks replayed',
    description: 'An admin had events sent to the endpoint once more.',
    ...endpoint(
      record({
        after: record(
          {},
          {
            deliveryId: id('The one delivery.'),
            fromSeq: wholeNumber('The first sequence number.'),
            toSeq: wholeNumber('The last sequence number.'),
            since: text('Events since this time.'),
          },
        ),
      }),
    ),
    example: { after: { fromSeq: 17, toSeq: 42 } },
  },
};
