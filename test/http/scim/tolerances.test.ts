import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IDP_NAMES, IDP_PROFILES, type IdpName } from '../../../src/domain/idp-profile.js';
import { Metrics } from '../../../src/http/metrics.js';
import { TOLERANCES, type Tolerance, type ToleranceRow, URN, type WireSample } from '../../../src/scim/index.js';
import { type Answer, type ScimClient, startTestApp, type TestApp } from '../../support/app.js';

let app: TestApp;
const clients = new Map<IdpName, ScimClient>();
let names = 0;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function clientOf(idp: IdpName): Promise<ScimClient> {
  const known = clients.get(idp);
  if (known) return known;
  const client = await app.connection(idp);
  clients.set(idp, client);
  return client;
}

/** Sends the bytes where they belong. Of a name that is there twice, JSON takes the last: the bytes of the sample. */
async function send(client: ScimClient, { in: where, bytes }: WireSample): Promise<Answer> {
  names += 1;
  const userName = `person-${names}@example.com`;
  switch (where) {
    case 'User':
      return client.post('/Users', `{"schemas":["${URN.user}"],"userName":"${userName}",${bytes}}`);
    case 'Group':
      return client.post('/Groups', `{"schemas":["${URN.group}"],"displayName":"Team ${names}",${bytes}}`);
    case 'filter':
      return client.find(bytes);
    case 'operation':
    case 'PATCH': {
      const emails = [{ value: 'a@example.com' }, { value: 'b@example.com' }];
      const { id } = await client.create({ schemas: [URN.user], userName, emails });
      const operations = where === 'operation' ? bytes : '{"op":"replace","path":"title","value":"Dr"}';
      const members = where === 'PATCH' ? `,${bytes}` : '';
      return client.call(
        'PATCH',
        `/Users/${id}`,
        `{"schemas":["${URN.patchOp}"],"Operations":[${operations}]${members}}`,
      );
    }
    default:
      return where satisfies never;
  }
}

/** How often the profile leaned on it so far, as the metrics page would tell. */
async function uses(idp: IdpName, tolerance?: string): Promise<number> {
  const counted = await app.http
    .get(Metrics, { strict: false })
    .registry.getSingleMetric('scim_tolerances_total')
    ?.get();
  const ofProfile = (counted?.values ?? []).filter(({ labels }) => labels.idp === idp);
  const found = ofProfile.filter(({ labels }) => tolerance === undefined || labels.tolerance === tolerance);
  return found.reduce((sum, { value }) => sum + value, 0);
}

const rows = Object.entries(TOLERANCES) as [Tolerance, ToleranceRow][];
const samples = rows.flatMap(([name, row]) =>
  row.samples.map((sample) => ({ name, ...row, sample, bytes: sample.bytes })),
);

describe('Each tolerance', () => {
  it.each(samples)(
    '$name accepts $bytes where the profile is lenient, and counts it',
    async ({ name, needs, sample }) => {
      const idp = needs ? IDP_NAMES.find((each) => IDP_PROFILES[each].dialect[needs]) : 'generic';
      if (!idp) throw new Error(`No profile has ${needs}`);
      const before = await uses(idp, name);
      const answer = await send(await clientOf(idp), sample);
      expect([200, 201]).toContain(answer.status);
      expect(await uses(idp, name)).toBe(before + 1);
    },
  );

  it.each(samples)('$name is refused by strict: $bytes', async ({ sample }) => {
    const { status, json } = await send(await clientOf('strict'), sample);
    expect({ status, scimType: json.scimType }).toEqual({ status: 400, scimType: expect.any(String) });
  });

  it.each(samples.filter(({ needs }) => needs))('$name needs its switch: $bytes', async ({ sample }) => {
    expect((await send(await clientOf('generic'), sample)).status).toBe(400);
  });

  it('is used by none of the requests when its bytes are left out: the rows above can fail', async () => {
    const plain: WireSample[] = [
      { in: 'User', bytes: '"title":"Dr"' },
      { in: 'Group', bytes: '"externalId":"4711"' },
      { in: 'operation', bytes: '{"op":"add","path":"title","value":"Dr"}' },
      { in: 'filter', bytes: 'title eq "Dr"' },
    ];
    const strict = await clientOf('strict');
    for (const sample of plain) expect([200, 201]).toContain((await send(strict, sample)).status);
    expect(await uses('strict')).toBe(0);
  });
});
