import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { mismatches } from './expectation.js';
import { type Conversation, replay, transcripts } from './transcript.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe.each(transcripts())('$idp', ({ conversations }) => {
  it.each(conversations)('$title ($profile)', async (conversation) => {
    await replay(conversation, await app.connection(conversation.profile));
  });
});

describe('The replayer', () => {
  const short = (change: Partial<Conversation['steps'][number]>): Conversation => ({
    title: 'short',
    profile: 'generic',
    headers: {},
    steps: [
      {
        title: 'list',
        ref: 'RFC 7644 §3.4.2',
        send: { method: 'GET', path: '/Users' },
        expect: {
          status: 200,
          headers: { 'content-type': 'application/scim+json; charset=utf-8' },
          body: { totalResults: 0 },
        },
        ...change,
      },
    ],
  });
  const play = async (change: Parameters<typeof short>[0]) => replay(short(change), await app.connection());

  it('is content with the right answer', async () => {
    await expect(play({})).resolves.toBeUndefined();
  });

  it.each<[string, Parameters<typeof short>[0], RegExp]>([
    [
      'another status',
      { expect: { status: 404 } },
      /"list" \(RFC 7644 §3\.4\.2\):\nanswer\.status: expected 404, got 200/,
    ],
    ['another header', { expect: { status: 200, headers: { etag: 'x' } } }, /answer\.headers\.etag/],
    ['another body', { expect: { status: 200, body: { totalResults: 1 } } }, /answer\.body\.totalResults/],
    ['a value nobody saved', { send: { method: 'GET', path: '/Users/{{user}}' } }, /Nothing was saved as user/],
    ['a value that is not there', { save: { user: 'id' } }, /no text at id/],
  ])('complains of %s', async (_what, change, complaint) => {
    await expect(play(change)).rejects.toThrow(complaint);
  });

  it.each<[unknown, unknown, boolean]>([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: { b: 1 } }, { a: { b: 2 } }, false],
    [{ a: 1 }, undefined, false],
    [[1, 2], [1, 2], true],
    [[1], [1, 2], false],
    ['True', true, false],
    [{ $: 'absent' }, undefined, true],
    [{ $: 'absent' }, null, false],
    [{ $: 'text' }, 'x', true],
    [{ $: 'text' }, '', false],
    [{ $: 'not', value: 'x' }, 'y', true],
    [{ $: 'not', value: 'x' }, 'x', false],
    [{ $: 'not', value: 'x' }, undefined, false],
    [{ $: 'has', elements: [{ a: 1 }] }, [{ a: 2 }, { a: 1 }], true],
    [{ $: 'has', elements: [{ a: 1 }] }, [{ a: 2 }], false],
    [{ $: 'has', elements: [{ a: 1 }, { a: 1 }] }, [{ a: 1 }], false],
  ])('reads %j against %j as %s', (expected, actual, fit) => {
    expect(mismatches(expected as never, actual as never).length === 0).toBe(fit);
  });
});
