import type { CloudEvent } from '../cloud-event.js';
import { EVENT_CATALOGUE, type EventType, TYPE_PREFIX } from './catalogue.js';
import { always, id, type JsonSchema, oneOf, record, time } from './json-schema.js';

/** The JSON Schema of an event of one type as it travels. */
export function eventSchema(type: EventType): JsonSchema {
  const { description, subjectType, data } = EVENT_CATALOGUE[type];
  return record(
    {
      specversion: always('1.0', 'The version of CloudEvents.'),
      id: id('The id of the event: what to drop duplicates by.'),
      source: { type: 'string', format: 'uri', description: '`urn:muster:tenant:` and the id of the tenant.' },
      type: always(`${TYPE_PREFIX}${type}`, 'What happened.'),
      subject: id('What it happened to; a member goes by the account, which is stable for life.'),
      time: time('When it happened.'),
      datacontenttype: always('application/json', 'The media type of `data`.'),
      sequence: { type: 'string', pattern: '^[1-9][0-9]*$', description: 'The place in the order of the tenant.' },
      sequencetype: always('Integer', 'The places are whole numbers without gaps.'),
      subjecttype: always(subjectType, 'What the subject is.'),
      actortype: oneOf(['service_account', 'operator', 'system'], 'Who did it.'),
    },
    {
      actorid: id('The service account that did it; absent for others.'),
      data,
      dataref: {
        type: 'string',
        format: 'uri-reference',
        description:
          'In webhooks and the broker, instead of `data` where that is too large: the page of the events API that holds the whole event.',
      },
    },
    description,
  );
}

/** An event of the type as somebody may receive it. */
export function eventExample(type: EventType): Omit<CloudEvent, 'data'> & { readonly data: object } {
  const { subjectType, example } = EVENT_CATALOGUE[type];
  return {
    specversion: '1.0',
    id: '01a20352-4475-7c3e-9d55-0b5a2f1de9aa',
    source: 'urn:muster:tenant:01a20352-4401-7a19-8d2c-5f0c3f6f8b21',
    type: `${TYPE_PREFIX}${type}`,
    subject: '01a20352-4462-7086-a810-28ce40c404e5',
    time: '2026-11-22T12:48:24.557Z',
    datacontenttype: 'application/json',
    sequence: '42',
    sequencetype: 'Integer',
    subjecttype: subjectType,
    actortype: 'service_account',
    actorid: '01a20352-4462-7086-a810-28ce40c40511',
    data: example,
  };
}
