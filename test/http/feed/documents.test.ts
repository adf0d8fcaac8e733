import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../../src/cli/run.js';
import { asyncApiDocument } from '../../../src/events/catalogue/async-api.js';
import { EVENT_CATALOGUE, EVENT_TYPES } from '../../../src/events/catalogue/catalogue.js';
import { eventsPage } from '../../../src/feed/events-page.js';
import { startTestApp, type TestApp } from '../../support/app.js';

const PUBLIC_URL = 'https://scim.example.com';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('The documents of events', () => {
  it('are served to machines, who need no token', async () => {
    const answer = await app.call('GET', '/docs/events.json');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(answer.json).toEqual(asyncApiDocument(PUBLIC_URL));
  });

  it('are printed by the command', async () => {
    let printed = '';
    const terminal = {
      env: { MUSTER_PUBLIC_URL: PUBLIC_URL },
      out: (text: string) => (printed += text),
      err: () => undefined,
    };
    expect(await run(['asyncapi'], { ...terminal, drained: async () => undefined } as never)).toBe(0);
    expect(JSON.parse(printed)).toEqual(asyncApiDocument(PUBLIC_URL));
  });

  it('are a page for people, with every type and nothing from elsewhere', async () => {
    const { text, headers } = await app.call('GET', '/docs/events');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    for (const type of EVENT_TYPES) {
      expect(text).toContain(`<section id="${type}">`);
      expect(text).toContain(EVENT_CATALOGUE[type].title);
    }
    expect(text).not.toMatch(/<script|<link|<img|\ssrc=|\son\w+=/i);
    const targets = [...text.matchAll(/href="([^"]*)"/g)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !target.startsWith('#'))).toEqual([`${PUBLIC_URL}/docs/events.json`]);
  });

  it('escape what they show', () => {
    expect(eventsPage('"><script>alert(1)</script>')).not.toContain('<script>');
    expect(eventsPage('a&b')).toContain('href="a&amp;b"');
  });
});
