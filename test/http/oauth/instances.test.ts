import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { ask, basic, CLIENT_CREDENTIALS, isGood, made, type OAuthSpace, oauthSpace, secretOf } from './oauth-space.js';

const HOUR = 3_600_000;
/** Requests of one rotation under load, and how many of them are under way at a time. */
const REQUESTS = 400;
const AT_ONCE = 10;

let app: TestApp;
let other: TestApp;
let space: OAuthSpace;
beforeAll(async () => {
  app = await startTestApp();
  other = await startTestApp({ beside: app, clock: app.clock });
});
afterAll(async () => {
  await other.close();
  await app.close();
});
beforeEach(async () => {
  space = await oauthSpace(app);
});

const post = async (path: string, body: object = {}) =>
  made(await space.admin.call('POST', `/service-accounts/${space.clientId}${path}`, body)).json;
const onBoth = (token: unknown) => Promise.all([isGood(app, token), isGood(other, token)]);

describe('On two instances', () => {
  it('a token that one of them revoked is refused by both within a second', async () => {
    const { id, token } = await post('/tokens');
    expect(await onBoth(token)).toEqual([true, true]);
    await space.admin.delete(`/service-accounts/${space.clientId}/tokens/${id}`);
    app.clock.advance(1000);
    expect(await onBoth(token)).toEqual([false, false]);
  });

  it('a token that one of them issued is good on both, and ends on both with its client secret', async () => {
    const { id, secret } = await secretOf(space);
    const { json } = await ask(other, CLIENT_CREDENTIALS, basic(space.clientId, String(secret)));
    expect(await onBoth(json.access_token)).toEqual([true, true]);
    await space.admin.delete(`/service-accounts/${space.clientId}/secrets/${id}`);
    app.clock.advance(1000);
    expect(await onBoth(json.access_token)).toEqual([false, false]);
    expect((await ask(other, CLIENT_CREDENTIALS, basic(space.clientId, String(secret)))).status).toBe(401);
  });

  it('a token that was rotated at once is refused by both within a second', async () => {
    const { id, token } = await post('/tokens');
    expect(await onBoth(token)).toEqual([true, true]);
    const fresh = await post(`/tokens/${id}/rotate`, { overlapHours: 0 });
    app.clock.advance(1000);
    expect([await onBoth(token), await onBoth(fresh.token)]).toEqual([
      [false, false],
      [true, true],
    ]);
  });
});

describe('A rotation with overlap, under load', () => {
  it('refuses no request, while every client changes over at a time of its own', async () => {
    const { id, token: old } = await post('/tokens');
    let fresh: unknown;
    let sent = 0;
    const statuses: number[] = [];
    /** An identity provider that is given the new token after some more requests than its neighbour. */
    const client = async (number: number) => {
      let after = number * 5;
      while (sent < REQUESTS) {
        sent += 1;
        if (sent === REQUESTS / 4) fresh = (await post(`/tokens/${id}/rotate`, { overlapHours: 1 })).token;
        const token = fresh !== undefined && after-- <= 0 ? fresh : old;
        app.clock.advance(100);
        const { status } = await (sent % 2 ? app : other).call('GET', '/scim/v2/Users?count=1', undefined, {
          token: String(token),
        });
        statuses.push(status);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => client(number)));
    expect({ sent: statuses.length, refused: statuses.filter((status) => status !== 200) }).toEqual({
      sent: REQUESTS,
      refused: [],
    });
    app.clock.advance(HOUR);
    expect([await onBoth(old), await onBoth(fresh)]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it('and one without overlap refuses some, as a control', async () => {
    const { id, token: old } = await post('/tokens');
    expect(await onBoth(old)).toEqual([true, true]);
    await post(`/tokens/${id}/rotate`, { overlapHours: 0 });
    const statuses: boolean[] = [];
    for (let sent = 0; sent < 20; sent++) {
      app.clock.advance(100);
      statuses.push(await isGood(sent % 2 ? app : other, old));
    }
    expect(statuses).toContain(false);
  });
});
