import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonObject, SCIM_LIMITS, URN, UserType } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { createGroup, group } from '../groups/groups.js';
import { person, refusal } from './people.js';

/** Text that PostgreSQL cannot make smaller: an index entry has room for 2 704 bytes of it. */
const INCOMPRESSIBLE = randomBytes(2000).toString('base64url').slice(0, 2650);
const MAX_LENGTH = SCIM_LIMITS.indexedCharacters.value;

let app: TestApp;
let client: ScimClient;
let id: string;
beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  ({ id } = await client.create(person('kim')));
});
afterAll(() => app.close());

interface Text {
  readonly path: string;
  /** The body of a User that holds a text there. */
  readonly body: (text: string) => JsonObject;
}

/** Every text that a client can write into a User. */
const TEXTS: readonly Text[] = [
  { path: 'externalId', body: (text) => ({ externalId: text }) },
  ...UserType.schema.attributes.flatMap((attribute) => textsOf(attribute, (value) => ({ [attribute.name]: value }))),
  ...UserType.extensions.flatMap(({ schema }) =>
    schema.attributes.flatMap((attribute) =>
      textsOf(attribute, (value) => ({ schemas: [URN.user, schema.id], [schema.id]: { [attribute.name]: value } })),
    ),
  ),
];

type Attribute = (typeof UserType.schema.attributes)[number];

function textsOf(
  attribute: Attribute,
  wrap: (value: JsonObject | readonly JsonObject[] | string) => JsonObject,
): Text[] {
  const { name, mutability, type, subAttributes = [], multiValued } = attribute;
  if (mutability === 'readOnly' || type === 'boolean') return [];
  if (type !== 'complex') return [{ path: name, body: wrap }];
  return subAttributes
    .filter((sub) => sub.type !== 'boolean' && sub.mutability !== 'readOnly')
    .map((sub) => ({
      path: `${name}.${sub.name}`,
      body: (text) => {
        const element = {
          ...(subAttributes.some((each) => each.name === 'value') && { value: 'v' }),
          [sub.name]: text,
        };
        return wrap(multiValued ? [element] : element);
      },
    }));
}

describe('A text too long for an index', () => {
  it.each(TEXTS.map((text) => [text.path, text] as const))(
    'in %s is stored or refused, and no fault',
    async (_p, text) => {
      const body = text.body(INCOMPRESSIBLE);
      const created = await client.post('/Users', { ...person(`p-${text.path}`), ...body });
      expect([201, 400]).toContain(created.status);
      const replaced = await client.put(`/Users/${id}`, { ...person('kim'), ...body });
      const patched = await client.patch(`/Users/${id}`, [{ op: 'add', value: body }]);
      expect([replaced.status, patched.status]).toEqual(created.status === 201 ? [200, 200] : [400, 400]);
      if (created.status === 400) expect(created.json.detail).toContain(String(MAX_LENGTH));
    },
  );

  it.each(['userName', 'externalId', 'emails.value'])(
    'is refused in %s, and one of the limit is stored',
    async (path) => {
      const { body } = TEXTS.find((text) => text.path === path) ?? {};
      if (!body) throw new Error(`${path} is no text`);
      const longest = INCOMPRESSIBLE.slice(0, MAX_LENGTH);
      const send = (text: string) => client.post('/Users', { ...person(`q-${path}`), ...body(text) });
      expect(await send(`${longest}x`)).toMatchObject(refusal(400, 'invalidValue'));
      expect((await send(longest)).status).toBe(201);
    },
  );

  it.each(['displayName', 'externalId'])('in the %s of a group is refused', async (name) => {
    const { id: groupId } = await createGroup(client, `Team ${name}`);
    const body = { ...group('Other'), [name]: INCOMPRESSIBLE };
    expect(await client.post('/Groups', body)).toMatchObject(refusal(400, 'invalidValue'));
    expect(await client.put(`/Groups/${groupId}`, body)).toMatchObject(refusal(400, 'invalidValue'));
    const operation = { op: 'replace', path: name, value: INCOMPRESSIBLE };
    expect(await client.patch(`/Groups/${groupId}`, [operation])).toMatchObject(refusal(400, 'invalidValue'));
  });
});
