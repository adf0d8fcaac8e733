import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type ApiDocument, DocumentedAnswers, type ObservedAnswer } from '../../support/documented-answers.js';

let app: TestApp;
let answers: DocumentedAnswers;
let good: ObservedAnswer;
beforeAll(async () => {
  app = await startTestApp();
  const document: ApiDocument = (await app.http.inject('/docs-json')).json();
  answers = new DocumentedAnswers(document);
  const client = await app.connection();
  const { id } = await client.create({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'mara@example.com',
  });
  const { status, headers, text } = await client.get(`/Users/${id}`);
  good = { method: 'GET', url: `/scim/v2/Users/${id}?attributes=userName`, status, headers, text };
});
afterAll(() => app.close());

const changed = (change: (body: Record<string, unknown>) => object): Partial<ObservedAnswer> => ({
  text: JSON.stringify(change(JSON.parse(good.text))),
});

describe('The check that every answer of the HTTP tests goes through', () => {
  it('lets a real answer pass', () => {
    expect(() => answers.check(good)).not.toThrow();
  });

  it.each<[string, () => Partial<ObservedAnswer>, RegExp]>([
    ['a status that is not documented', () => ({ status: 418 }), /418 is no documented answer of users\.read/],
    ['a server error', () => ({ status: 500 }), /500 is no documented answer/],
    [
      'another media type',
      () => ({ headers: { ...good.headers, 'content-type': 'application/json' } }),
      /is application/,
    ],
    [
      'a missing ETag',
      () => ({ headers: { 'content-type': good.headers['content-type'] } }),
      /lacks the documented ETag/,
    ],
    ['a value of the wrong type', () => changed((body) => ({ ...body, userName: 7 })), /userName must be string/],
    ['null', () => changed((body) => ({ ...body, displayName: null })), /displayName must be string/],
    ['a missing member', () => changed(({ schemas: _, ...rest }) => rest), /must have required property 'schemas'/],
    ['a member nobody knows', () => changed((body) => ({ ...body, tenantId: 'x' })), /must NOT have additional/],
    ['an inner one', () => changed((body) => ({ ...body, name: { first: 'x' } })), /\/name must NOT have additional/],
    ['a password', () => changed((body) => ({ ...body, password: 'x' })), /must NOT have additional/],
    [
      'an error whose status is a number',
      () => ({ status: 404, text: '{"schemas":[],"status":404,"detail":"x"}' }),
      /status must be string/,
    ],
    ['an answer of a path that is not there', () => ({ url: '/scim/v2/Devices/1' }), /answered and not documented/],
    [
      'an error that is none of SCIM',
      () => ({ url: '/scim/v2/Devices/1', status: 404, text: '{"message":"x"}' }),
      /required property/,
    ],
    ['a body of an answer without one', () => ({ method: 'DELETE', status: 204 }), /has a body/],
  ])('refuses %s', (_what, difference, complaint) => {
    expect(() => answers.check({ ...good, ...difference() })).toThrow(complaint);
  });
});
