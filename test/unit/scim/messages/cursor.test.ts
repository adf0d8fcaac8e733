import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CursorPayload,
  decodeCursor,
  encodeCursor,
  type ScimError,
  type Sign,
} from '../../../../src/scim/index.js';
import { decodeBase64url, encodeBase64url } from '../../../../src/scim/messages/base64url.js';

const NOW = 1_000_000;
const sign: Sign = (text) => createHmac('sha256', 'key').update(text).digest('base64url');
const PAYLOAD: CursorPayload = {
  tenant: 't1',
  connection: 'c1',
  query: 'q1',
  count: 10,
  keys: ['Ünï 東京 🎉', null, 5, true, 'id-1'],
  expires: NOW + 1,
};

const decode = (text: string, expected = PAYLOAD, now = NOW, signer = sign) =>
  decodeCursor(text, signer, expected, now);

function keyword(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    const { status, scimType } = error as ScimError;
    return `${status} ${scimType}`;
  }
  return undefined;
}

describe('cursors', () => {
  it('D01 are made of unreserved characters and say again what they were given', () => {
    const cursor = encodeCursor(PAYLOAD, sign);
    expect(cursor).toMatch(/^[A-Za-z0-9\-._~]+$/);
    expect(decode(cursor)).toEqual(PAYLOAD);
  });

  it.each<[string, Partial<CursorPayload>, string]>([
    ['another tenant', { tenant: 't2' }, '400 invalidCursor'],
    ['another connection', { connection: 'c2' }, '400 invalidCursor'],
    ['another query', { query: 'q2' }, '400 invalidCursor'],
    ['another count', { count: 11 }, '400 invalidCount'],
  ])('D06 D11 are refused under %s', (_, other, expected) => {
    expect(keyword(() => decode(encodeCursor(PAYLOAD, sign), { ...PAYLOAD, ...other }))).toBe(expected);
  });

  it('D06 expire', () => {
    expect(keyword(() => decode(encodeCursor(PAYLOAD, sign), PAYLOAD, PAYLOAD.expires))).toBe('400 expiredCursor');
  });

  it('D14 do not tell an expired cursor of another tenant from a forged one', () => {
    const theirs = encodeCursor({ ...PAYLOAD, tenant: 't2', expires: 0 }, sign);
    expect(keyword(() => decode(theirs))).toBe('400 invalidCursor');
  });

  it('D13 are refused when they were signed with another key', () => {
    const other: Sign = (text) => createHmac('sha256', 'other').update(text).digest('base64url');
    expect(keyword(() => decode(encodeCursor(PAYLOAD, other)))).toBe('400 invalidCursor');
  });

  it.each([
    'forged',
    'AAAA',
    "1' OR 1=1",
    'eyJpZCI6MX0',
    '.',
    'a.b',
    '..',
    '',
    'a'.repeat(10_000),
    `.${sign('')}`,
    `AAAA.${sign('AAAA').slice(1)}`,
  ])('D13 are refused when forged: %.20s', (text) => {
    expect(keyword(() => decode(text))).toBe('400 invalidCursor');
  });

  it('are refused when any one character was changed', () => {
    const cursor = encodeCursor(PAYLOAD, sign);
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect(keyword(() => decode(changed))).toBe('400 invalidCursor');
    }
  });

  it('are refused when they are of another format, though signed', () => {
    for (const payload of [[2, 't1', 'c1', 'q1', 10, [], NOW + 1], [1], {}, null, 'x']) {
      const body = encodeBase64url(JSON.stringify(payload));
      expect(keyword(() => decode(`${body}.${sign(body)}`))).toBe('400 invalidCursor');
    }
  });
});

describe('base64url', () => {
  it('writes what Buffer writes and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        const bytes = Buffer.from(array);
        const text = encodeBase64url(bytes.toString('latin1'));
        expect(text).toBe(bytes.toString('base64url'));
        expect(decodeBase64url(text)).toBe(bytes.toString('latin1'));
      }),
    );
  });

  it.each(['A', 'AB', 'AA=', 'A+', 'A/', 'Ä', 'AAAAA'])('reads nothing out of %s', (text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });
});
