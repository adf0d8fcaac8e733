import type {
  DeliveryDetail,
  DeliveryItem,
  DeliveryPage,
  ReplayAnswer,
  ReplayWish,
  TestAnswer,
} from './webhook-delivery.dto.js';
import type {
  EndpointItem,
  EndpointPage,
  EndpointRevision,
  EndpointWish,
  NewEndpoint,
  NewSecret,
  RotationWish,
} from './webhook-endpoint.dto.js';

/** What the OpenAPI document shows for each route; the secret is nobody's. */
const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
const EVENT_ID = '01a20352-4462-7086-a810-28ce40c404e6';
const URL = 'https://hooks.example.com/muster';

export const WISH: EndpointWish = { url: URL, description: 'Access of the warehouse', eventTypes: ['member.*'] };
export const REVISION: EndpointRevision = { eventTypes: ['member.*', 'team.membership_changed'], status: 'enabled' };
export const ROTATION: RotationWish = { overlapHours: 24 };
export const REPLAY: ReplayWish = { since: '2026-11-22T08:00:00Z' };

export const ENDPOINT: EndpointItem = {
  id: '01a20352-4462-7086-a810-28ce40c40511',
  ...WISH,
  status: 'enabled',
  disabledReason: null,
  failingSince: null,
  createdAt: '2026-11-20T09:12:44.103Z',
  updatedAt: '2026-11-20T09:12:44.103Z',
};
export const NEW_ENDPOINT: NewEndpoint = { ...ENDPOINT, secret: SECRET };
export const ENDPOINTS: EndpointPage = { items: [ENDPOINT], next: null };
export const NEW_SECRET: NewSecret = { secret: SECRET, oldExpiresAt: '2026-11-23T12:48:24.557Z' };

const DELIVERY: DeliveryItem = {
  id: '01a20352-4462-7086-a810-28ce40c40512',
  eventId: EVENT_ID,
  eventType: 'member.deactivated',
  seq: 42,
  state: 'delivered',
  attemptCount: 1,
  nextAttemptAt: null,
  lastError: null,
  createdAt: '2026-11-22T12:48:24.557Z',
  deliveredAt: '2026-11-22T12:48:24.702Z',
  attempts: [
    {
      attempt: 1,
      at: '2026-11-22T12:48:24.702Z',
      request: {
        url: URL,
        headers: {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'user-agent': 'Muster',
          'webhook-id': EVENT_ID,
          'webhook-timestamp': '1795351704',
        },
      },
      status: 200,
      latencyMs: 87,
      responseExcerpt: 'thanks',
      error: null,
    },
  ],
};
export const DELIVERIES: DeliveryPage = { items: [DELIVERY], next: null };
export const DELIVERY_DETAIL: DeliveryDetail = {
  ...DELIVERY,
  requestBody: `{"specversion":"1.0","id":"${EVENT_ID}","type":"muster.member.deactivated","sequence":"42"}`,
};
export const REPLAYED: ReplayAnswer = { planned: 17, nextSeq: null };
export const TESTED: TestAnswer = { eventId: EVENT_ID };
