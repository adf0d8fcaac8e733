import { describe, expect, it } from '@jest/globals';
import { BODY_LIMITS, redactedBody } from '../../../src/provisioning-log/redaction.js';

const CANARY = 'c4n4ry-7f3a';
const TOKEN = 'muster_0123456789abcdefghijABCDEFGHIJ0123456789abcdefghi';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';

describe('A body in the log', () => {
  it.each<[string, unknown]>([
    ['a password', { userName: 'ada', password: CANARY }],
    ['a password in other letters', { PassWord: CANARY }],
    ['a password under its whole name', { 'urn:ietf:params:scim:schemas:core:2.0:User:password': CANARY }],
    ['a PATCH of a password', { Operations: [{ op: 'replace', path: 'password', value: CANARY }] }],
    ['a PATCH of one by its whole name', { Operations: [{ Path: 'urn:x:2.0:User:password', Value: CANARY }] }],
    ['a PATCH without a path', { Operations: [{ op: 'replace', value: { password: CANARY } }] }],
    ['a password that is an object', { password: { value: [CANARY] } }],
    ['a bulk request', { Operations: [{ method: 'POST', data: { password: CANARY } }] }],
    ['a filter', { filter: `userName eq "a" and password eq "${CANARY}"` }],
    ['a path with a filter', { Operations: [{ op: 'remove', path: `x[token eq "${CANARY}"]` }] }],
    ['JSON inside a string', { roles: [{ value: `{"clientSecret":"${CANARY}"}` }] }],
    ['a key of its own', { 'urn:example:2.0:User': { clientSecret: CANARY, api_key: CANARY, 'api-key': CANARY } }],
    ['a value of a secret type', { custom: [{ type: 'recoveryToken', value: CANARY }] }],
    ['an Authorization header', { note: `Bearer ${CANARY}${CANARY}`, other: `authorization: Basic ${CANARY}` }],
    ['a name that is one', { [`Bearer ${CANARY}`]: 1 }],
  ])('does not show %s', (_what, body) => {
    expect(redactedBody(body)).not.toContain(CANARY);
  });

  it.each([TOKEN, JWT, `-----BEGIN PRIVATE KEY-----\n${CANARY}`])('knows a secret by its form: %.20s', (secret) => {
    expect(redactedBody({ title: secret, list: [`x ${secret}`] })).toBe('{"title":"[hidden]","list":["[hidden]"]}');
  });

  it('shows everything else, as a control', () => {
    const body = {
      userName: CANARY,
      emails: [{ value: CANARY, type: 'work', primary: true }],
      active: 'False',
      title: null,
    };
    expect(JSON.parse(redactedBody(body) ?? '')).toEqual(body);
    const patch = { Operations: [{ op: 'add', path: 'emails[type eq "work"].value', value: CANARY }] };
    expect(JSON.parse(redactedBody(patch) ?? '')).toEqual(patch);
  });

  it('is none where there was none', () => {
    expect([undefined, null, 'text', []].map(redactedBody)).toEqual([null, null, null, null]);
  });

  it('is cut where it is long, and says so', () => {
    const members = Array.from({ length: 1000 }, (_, index) => ({ value: `m-${index}` }));
    const kept = JSON.parse(redactedBody({ members, title: 'x'.repeat(5000) }) ?? '');
    expect(kept.members).toHaveLength(BODY_LIMITS.elements + 1);
    expect(kept.members.at(-1)).toBe(`[${1000 - BODY_LIMITS.elements} more]`);
    expect(kept.title).toBe(`${'x'.repeat(BODY_LIMITS.text)}[cut]`);
  });

  it.each<[string, unknown]>([
    [
      'many names',
      Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`name-${index}`, 'x'.repeat(100)])),
    ],
    [
      'many long strings',
      { list: Array.from({ length: 25 }, () => Array.from({ length: 25 }, () => 'x'.repeat(9999))) },
    ],
    ['long names', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}${'x'.repeat(5000)}`, 1]))],
  ])('is never longer than what a row can bear: %s', (_what, body) => {
    expect(redactedBody(body)?.length).toBeLessThan(2 * BODY_LIMITS.characters);
  });
});
