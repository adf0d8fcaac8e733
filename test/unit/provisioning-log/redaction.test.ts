import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BODY_LIMITS, redactedBody } from '../../../src/provisioning-log/redaction.js';
import { isKnownName } from '../../../src/provisioning-log/shown-names.js';

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
    ...['pwd', 'pass', 'passphrase', 'otp', 'pin', 'mfaSeed', 'urn:acme:2.0:User:kennwort'].map(
      (name): [string, unknown] => [`an unknown name, ${name}`, { userName: 'ada', [name]: CANARY }],
    ),
    ['an object under an unknown name', { custom: { title: CANARY, userName: [CANARY] } }],
    ['an extension that is not known', { 'urn:acme:2.0:User': { title: CANARY } }],
    ['a PATCH of an unknown path', { Operations: [{ op: 'add', path: 'pin', value: CANARY }] }],
    [
      'a PATCH of an unknown path, as an object',
      { Operations: [{ op: 'add', path: 'x.y', value: { title: CANARY } }] },
    ],
    ['a PATCH of no path and no object', { Operations: [{ op: 'add', value: CANARY }] }],
    ['an unknown path with a filter', { Operations: [{ op: 'remove', path: `emails[pin eq "${CANARY}"]` }] }],
    ['a filter by an unknown name', { filter: `userName eq "a" or pin eq "${CANARY}"` }],
    ['a filter that cannot be read', { filter: `userName eq ${CANARY} ${CANARY}` }],
    ['a certificate', { x509Certificates: [{ value: CANARY }] }],
    ['a name that is one', { [`Bearer ${CANARY}`]: 1 }],
  ])('does not show %s', (_what, body) => {
    expect(redactedBody(body)).not.toContain(CANARY);
  });

  it.each([TOKEN, JWT, `-----BEGIN PRIVATE KEY-----\n${CANARY}`])('knows a secret by its form: %.20s', (secret) => {
    expect(redactedBody({ title: secret, roles: [`x ${secret}`] })).toBe('{"title":"[hidden]","roles":["[hidden]"]}');
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

  it('shows the type of what it does not show, so that a mapping can still be corrected', () => {
    const body = { userName: 'ada', pin: 4711, otp: 'x', seeds: ['a', 'b'], custom: { a: 1 }, flag: true, none: null };
    expect(JSON.parse(redactedBody(body) ?? '')).toEqual({
      ...{ userName: 'ada', pin: '[hidden]', otp: '[string]', seeds: '[list of 2]' },
      ...{ custom: '[object]', flag: '[boolean]', none: null },
    });
    const patch = { Operations: [{ op: 'add', path: 'extraNote', value: 'x' }] };
    expect(JSON.parse(redactedBody(patch) ?? '')).toEqual({
      Operations: [{ op: 'add', path: 'extraNote', value: '[string]' }],
    });
  });

  it('shows a bulk request, an extension and paths with the names of schemas, as a control', () => {
    const body = {
      Operations: [
        {
          method: 'POST',
          path: '/Users',
          bulkId: 'q',
          data: { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' } },
        },
        { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:name.givenName', value: 'Ada' },
        { op: 'add', value: { 'name.familyName': 'L', 'emails[type eq "work"].value': 'a@example.com' } },
      ],
      filter: 'userName eq "ada" and (active eq true or not (title pr))',
    };
    expect(JSON.parse(redactedBody(body) ?? '')).toEqual(body);
  });

  it('holds no string that stood under a name of no schema, however deep', () => {
    const leaf = fc.constantFrom<unknown>(CANARY, [CANARY], { title: CANARY }, { value: [{ display: CANARY }] });
    const unknown = fc
      .stringMatching(/^[a-z][a-z0-9]{2,12}$/)
      .filter((name) => !isKnownName(name))
      .chain((name) => leaf.map((value) => ({ [name]: value })));
    const known = fc.constantFrom('name', 'emails', 'members', 'Operations', 'data', 'value', 'meta');
    const body = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        unknown,
        fc.tuple(known, tie('tree')).map(([name, inner]) => ({ [name]: inner })),
        fc.array(tie('tree'), { maxLength: 3 }).map((list) => ({ emails: list })),
      ),
    })).tree;
    fc.assert(fc.property(body, (value) => expect(redactedBody(value) ?? '').not.toContain(CANARY)));
  });

  it('shows the type alone of a filter that is longer than any that is read', () => {
    expect(redactedBody({ filter: 'a'.repeat(60_000) })).toBe('{"filter":"[string]"}');
    expect(redactedBody({ filter: `userName eq "${'a'.repeat(60_000)}` })).toBe('{"filter":"[string]"}');
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
