import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FEATURES, RESOURCE_TYPES_SERVED } from '../../src/http/features.js';
import { DISCOVERY_SCHEMAS, URN } from '../../src/scim/index.js';
import { probeApp } from './probe.js';

const BASE = 'https://scim.example.com/scim/v2';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await probeApp();
});
afterAll(() => app.close());

const get = async (path: string) => {
  const answer = await app.inject({ method: 'GET', url: `/scim/v2${path}` });
  expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
  return { status: answer.statusCode, body: answer.json() };
};

describe('discovery, without a token', () => {
  it('tells what is supported, and where it says so', async () => {
    const { status, body } = await get('/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(body).toEqual({
      schemas: [URN.serviceProviderConfig],
      ...FEATURES,
      meta: { resourceType: 'ServiceProviderConfig', location: `${BASE}/ServiceProviderConfig` },
    });
  });

  it.each(['/Schemas', '/ResourceTypes'])('lists all of %s on one page whatever page is asked for', async (path) => {
    const { status, body } = await get(`${path}?startIndex=2&count=1`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ schemas: [URN.listResponse], startIndex: 1 });
    expect(body.Resources).toHaveLength(body.totalResults);
    expect(body.itemsPerPage).toBe(body.totalResults);
    expect(body.totalResults).toBeGreaterThan(0);
  });

  it('lists the schemas of the resource types it serves, each at its own location', async () => {
    const { body } = await get('/Schemas');
    const served = RESOURCE_TYPES_SERVED.flatMap(({ schema, extensions }) => [
      schema,
      ...extensions.map((e) => e.schema),
    ]);
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([
      ...served.map(({ id }) => id),
      ...DISCOVERY_SCHEMAS.map(({ id }) => id),
    ]);
    for (const { id, meta } of body.Resources) {
      expect(meta.location).toBe(`${BASE}/Schemas/${id}`);
      expect((await get(`/Schemas/${id}`)).body).toMatchObject({ id, meta });
    }
  });

  it.each([`/Schemas/${URN.user.toUpperCase()}`, '/ResourceTypes/user'])('finds %s in any case', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it.each(['/Schemas/urn:nobody', '/ResourceTypes/Device', '/ResourceTypes/__proto__'])(
    'does not know %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, body: { schemas: [URN.error], status: '404' } });
    },
  );

  it.each(['/ServiceProviderConfig', '/Schemas', '/ResourceTypes'])('refuses a filter on %s', async (path) => {
    const { status, body } = await get(`${path}?filter=name%20eq%20%22User%22`);
    expect({ status, body: body.status }).toEqual({ status: 403, body: '403' });
  });

  it('says nothing of scopes when it refuses a filter', async () => {
    const answer = await app.inject('/scim/v2/Schemas?filter=x');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('refuses %s, of those who may know', async (method) => {
    const url = '/scim/v2/ResourceTypes';
    const stranger = await app.inject({ method, url });
    const known = await app.inject({ method, url, headers: { authorization: 'Bearer good' } });
    expect([stranger.statusCode, known.statusCode, known.headers.allow]).toEqual([401, 405, 'GET, HEAD']);
  });
});
