import { CLOUD_EVENT_TYPE } from '../cloud-event.js';
import { EVENT_CATALOGUE, EVENT_TYPES, type EventType } from './catalogue.js';
import { eventExample, eventSchema } from './event-schema.js';

const JSON_TYPE = 'application/json';
const [EVENT_MEDIA_TYPE] = CLOUD_EVENT_TYPE.split(';', 1);

const DESCRIPTION = `Every change that Muster makes, and every look into its audit log, is told by one event: a CloudEvent 1.0 in JSON.
Each channel carries all events of a tenant in one order, at least once; \`id\` is what to drop duplicates by, \`sequence\` the
place in the order.`;

const messageRef = (type: EventType) => ({ $ref: `#/components/messages/${type}` });
const schemaRef = (type: EventType) => ({ $ref: `#/components/schemas/${type}` });
const eachType = <T>(of: (type: EventType) => T): Record<string, T> =>
  Object.fromEntries(EVENT_TYPES.map((type) => [type, of(type)]));

/** Where events are to be had. Addresses are of the HTTP interface, but for the broker's subjects. */
const CHANNELS = {
  events: {
    title: 'Events API',
    address: '/api/v1/events',
    description:
      'Pages in order, from any place of the log: `after` takes the `next` of the page before, `types` narrows, `wait` lets an empty page wait for the next event. Needs the scope events:read.',
    server: 'http',
    bindings: { http: {} },
    messages: { page: { $ref: '#/components/messages/page' } },
  },
  stream: {
    title: 'Event stream',
    address: '/api/v1/events/stream',
    description:
      'Server-sent events: `id` is a cursor, `data` one CloudEvent; `Last-Event-ID` or `after` goes on behind it. Needs the scope events:read.',
    server: 'http',
    bindings: { http: {} },
    messages: eachType(messageRef),
  },
  webhooks: {
    title: 'Webhooks',
    address: null,
    description:
      'A POST to each endpoint of the tenant that wants the type, signed as Standard Webhooks says; `webhook-id` is the id of the event.',
    server: undefined,
    bindings: { http: {} },
    messages: eachType(messageRef),
  },
  broker: {
    title: 'NATS JetStream',
    address: 'muster.{tenant}.{type}',
    description: 'One subject for each tenant and type; `Nats-Msg-Id` is the id of the event.',
    server: 'nats',
    bindings: { nats: {} },
    messages: eachType(messageRef),
    parameters: {
      tenant: { description: 'The name of the tenant.', examples: ['acme'] },
      type: { description: 'The type without `muster.`, dots included.', examples: ['member.provisioned'] },
    },
  },
} as const;

type ChannelName = keyof typeof CHANNELS;
const channelNames = Object.keys(CHANNELS) as ChannelName[];

const SUMMARIES: Readonly<Record<ChannelName, string>> = {
  events: 'Answer with the next events',
  stream: 'Send events as they are sealed',
  webhooks: 'Post an event to an endpoint',
  broker: 'Publish an event',
};

/**
 * The AsyncAPI 3.0 document of all events, made from the catalogue.
 * @param url where the server is, without a slash at the end
 */
export function asyncApiDocument(url: string): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Muster events',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: EVENT_MEDIA_TYPE,
    servers: serversAt(new URL(url)),
    channels: Object.fromEntries(channelNames.map((name) => [name, channel(name)])),
    operations: Object.fromEntries(channelNames.map((name) => [`${name}.send`, operation(name)])),
    components: {
      messages: { ...eachType(message), page: pageMessage() },
      schemas: eachType(eventSchema),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An access token of Muster.' } },
    },
  };
}

function serversAt({ host, protocol, pathname }: URL): object {
  const path = pathname.replace(/\/$/, '');
  return {
    http: {
      host,
      protocol: protocol.replace(':', ''),
      ...(path && { pathname: path }),
      description: 'This server.',
      security: [{ $ref: '#/components/securitySchemes/bearer' }],
    },
    nats: { host: 'nats.example.com:4222', protocol: 'nats', description: 'The broker of NATS_URL, where one is set.' },
  };
}

function channel(name: ChannelName): object {
  const { server, ...rest } = CHANNELS[name];
  return { ...rest, ...(server && { servers: [{ $ref: `#/servers/${server}` }] }) };
}

function operation(name: ChannelName): object {
  return { action: 'send', channel: { $ref: `#/channels/${name}` }, summary: SUMMARIES[name] };
}

function message(type: EventType): object {
  const { title, description } = EVENT_CATALOGUE[type];
  const payload = eventExample(type);
  return {
    name: payload.type,
    title,
    summary: description,
    contentType: EVENT_MEDIA_TYPE,
    payload: schemaRef(type),
    examples: [{ name: 'example', payload }],
  };
}

function pageMessage(): object {
  return {
    name: 'page',
    title: 'Page of events',
    summary: 'The next events, and where to go on.',
    contentType: JSON_TYPE,
    payload: {
      type: 'object',
      properties: {
        items: { type: 'array', items: { oneOf: EVENT_TYPES.map(schemaRef) } },
        next: { type: 'string', description: 'The cursor behind what was looked at; it never expires.' },
        hasMore: { type: 'boolean', description: 'Whether there is more to be had at once.' },
      },
      required: ['items', 'next', 'hasMore'],
    },
  };
}
