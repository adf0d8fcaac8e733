import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument } from '../../../../src/events/catalogue/async-api.js';
import { EVENT_TYPES } from '../../../../src/events/catalogue/catalogue.js';

const parser = new Parser();
const ERROR = 0;
const errorsOf = async (document: object) => {
  const { diagnostics } = await parser.parse(JSON.stringify(document));
  return diagnostics
    .filter(({ severity }) => severity === ERROR)
    .map(({ path, message }) => `${path.join('.')} ${message}`);
};

describe('The AsyncAPI document', () => {
  it.each(['https://scim.example.com', 'http://localhost:3000', 'https://example.com/muster'])(
    'of %s is one by the specification, references and examples included',
    async (url) => {
      expect(await errorsOf(asyncApiDocument(url))).toEqual([]);
    },
  );

  it('is refused once an example does not fit, as a control', async () => {
    const text = JSON.stringify(asyncApiDocument('https://scim.example.com'));
    expect(await errorsOf(JSON.parse(text.replace('"address":null', '"address":7')))).not.toEqual([]);
    expect(
      await errorsOf(JSON.parse(text.replaceAll('"#/components/messages/page"', '"#/components/messages/none"'))),
    ).not.toEqual([]);
  });

  it('has every type in every channel that carries single events', async () => {
    const { document } = await parser.parse(JSON.stringify(asyncApiDocument('https://scim.example.com')));
    const channels = document?.channels().all() ?? [];
    expect(channels.map((channel) => channel.id()).sort()).toEqual(['broker', 'events', 'stream', 'webhooks']);
    for (const channel of channels.filter((each) => each.id() !== 'events')) {
      expect(
        channel
          .messages()
          .all()
          .map((each) => each.id()),
      ).toEqual(EVENT_TYPES);
    }
  });
});
