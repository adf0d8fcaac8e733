import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/scim/index.js';
import { URN } from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';

/** An attribute as /Schemas describes it. */
interface Described {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly Described[];
}

/** One attribute and where it stands. */
interface Place {
  readonly schema: string;
  readonly owner: Described | undefined;
  readonly attribute: Described;
  readonly path: string;
}

let app: TestApp;
/** Held to the letter, so that what is refused is refused for what /Schemas says. */
let strict: ScimClient;
let names = 0;
let places: readonly Place[];
const SCHEMAS = [URN.user, URN.enterpriseUser, URN.group];

beforeAll(async () => {
  app = await startTestApp();
  strict = await app.connection('strict');
  const documents = await Promise.all(SCHEMAS.map((id) => strict.get(`/Schemas/${id}`)));
  places = documents.flatMap(({ json }) => {
    const schema = String(json.id);
    const prefix = schema === URN.enterpriseUser ? `${schema}:` : '';
    return (json.attributes as unknown as readonly Described[]).flatMap((attribute): Place[] => [
      { schema, owner: undefined, attribute, path: `${prefix}${attribute.name}` },
      ...(attribute.subAttributes ?? []).map((sub) => ({
        schema,
        owner: attribute,
        attribute: sub,
        path: `${prefix}${attribute.name}.${sub.name}`,
      })),
    ]);
  });
});
afterAll(() => app.close());

const endpointOf = ({ schema }: Place) => (schema === URN.group ? '/Groups' : '/Users');
const isSettable = ({ owner, attribute }: Place) =>
  ![owner?.mutability, attribute.mutability].some(
    (mutability) => mutability === 'readOnly' || mutability === 'writeOnly',
  );
/** Named in a failure. */
const simple = () => places.filter(({ attribute }) => attribute.type !== 'complex');

async function person(): Promise<string> {
  names += 1;
  return (await strict.create({ schemas: [URN.user], userName: `somebody-${names}` })).id;
}

/** A value of the type, the same for the same mark. */
async function valueFor(place: Place, mark: string): Promise<unknown> {
  const { attribute, path } = place;
  if (path === 'members.value') return person();
  switch (attribute.type) {
    case 'boolean':
      return true;
    case 'binary':
      return Buffer.from(mark).toString('base64');
    case 'reference':
      return `https://example.com/${mark}`;
    case 'complex':
      return Object.fromEntries(
        await Promise.all(
          (attribute.subAttributes ?? [])
            .filter(({ mutability }) => mutability !== 'readOnly')
            .map(async (sub) => {
              const inner = { ...place, owner: attribute, attribute: sub, path: `${path}.${sub.name}` };
              return [sub.name, await valueFor(inner, mark)];
            }),
        ),
      );
    default:
      return attribute.canonicalValues?.[0] ?? `${attribute.name} ${mark}`;
  }
}

/** A body with just this value beside what is required: what the element cannot be without comes along. */
async function bodyWith(place: Place, value: unknown): Promise<JsonObject> {
  const { schema, owner, attribute } = place;
  names += 1;
  let held: unknown = attribute.multiValued && value !== null && !Array.isArray(value) ? [value] : value;
  if (owner) {
    // What makes an element one: its value, or of an address any component.
    const writable = (owner.subAttributes ?? []).filter(({ mutability }) => mutability !== 'readOnly');
    const essential = writable.find(({ name }) => name === 'value') ?? writable[0];
    const others = essential && essential.name !== attribute.name ? [essential] : [];
    const siblings = await Promise.all(
      others.map(async (sub) => {
        const sibling = { ...place, attribute: sub, path: `${owner.name}.${sub.name}` };
        return [sub.name, await valueFor(sibling, `sibling ${names}`)] as const;
      }),
    );
    const element = { ...Object.fromEntries(siblings), [attribute.name]: value };
    held = owner.multiValued ? [element] : element;
  }
  const content = { [owner?.name ?? attribute.name]: held };
  if (schema === URN.group) return { schemas: [schema], displayName: `Group ${names}`, ...content } as JsonObject;
  const base = { schemas: [URN.user], userName: `user-${names}` };
  return (
    schema === URN.user ? { ...base, ...content } : { ...base, schemas: [URN.user, schema], [schema]: content }
  ) as JsonObject;
}

/** What the resource shows at the place: the values of all elements. */
function shownAt({ schema, owner, attribute }: Place, resource: JsonObject): readonly unknown[] {
  const holder = (schema === URN.enterpriseUser ? resource[schema] : resource) as JsonObject | undefined;
  const whole = holder?.[(owner ?? attribute).name];
  const list = Array.isArray(whole) ? whole : whole === undefined ? [] : [whole];
  return owner ? list.map((each) => (each as JsonObject)[attribute.name]).filter((each) => each !== undefined) : list;
}

const send = async (place: Place, value: unknown) => strict.post(endpointOf(place), await bodyWith(place, value));
const read = async (place: Place, id: unknown) => (await strict.get(`${endpointOf(place)}/${String(id)}`)).json;

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [7, true, { a: 1 }],
  reference: [7, true, { a: 1 }],
  binary: ['not base64!', 7],
  boolean: ['True', 7, {}],
  complex: ['text', 7, true],
};

describe('What /Schemas says is so', () => {
  it('type: a value of it is taken and shown', async () => {
    for (const place of places.filter(isSettable)) {
      const value = await valueFor(place, 'taken');
      const { status, json } = await send(place, value);
      expect({ path: place.path, status }).toEqual({ path: place.path, status: 201 });
      const shown = shownAt(place, await read(place, json.id));
      const expected = place.attribute.type === 'complex' ? [expect.objectContaining(value as object)] : [value];
      expect({ path: place.path, shown }).toEqual({ path: place.path, shown: expected });
    }
  });

  it('type: a value of another is 400 invalidValue', async () => {
    for (const place of places.filter(isSettable)) {
      for (const value of WRONG[place.attribute.type] ?? []) {
        const { status, json } = await send(place, value);
        expect({ path: place.path, value, status, scimType: json.scimType }).toEqual({
          path: place.path,
          value,
          status: 400,
          scimType: 'invalidValue',
        });
      }
    }
  });

  it('multiValued: a list is taken where it is true, and only there', async () => {
    for (const place of places.filter((each) => isSettable(each) && !each.owner)) {
      const { attribute } = place;
      const value = await valueFor(place, 'one');
      const list = attribute.multiValued ? value : [value];
      const body = await bodyWith(place, value);
      const holder = (place.schema === URN.enterpriseUser ? body[place.schema] : body) as Record<string, unknown>;
      holder[attribute.name] = list;
      expect({ path: place.path, status: (await strict.post(endpointOf(place), body)).status }).toEqual({
        path: place.path,
        status: 400,
      });
    }
  });

  it('canonicalValues: each that is offered is taken; of a member, or what the server tells, there is no other', async () => {
    for (const place of simple().filter(({ attribute }) => attribute.canonicalValues)) {
      const offered = place.attribute.canonicalValues ?? [];
      if (isSettable(place)) {
        for (const value of offered)
          expect({ value, status: (await send(place, value)).status }).toEqual({ value, status: 201 });
      }
    }
    const type = places.find(({ path }) => path === 'members.type');
    if (!type) throw new Error('/Schemas has no members.type');
    expect(type.attribute.canonicalValues).toEqual(['User']);
    for (const other of ['Group', 'Device']) expect((await send(type, other)).status).toBe(400);
    const member = await person();
    await strict.post('/Groups', { schemas: [URN.group], displayName: 'Shown', members: [{ value: member }] });
    const { json } = await strict.get(`/Users/${member}`);
    expect(places.find(({ path }) => path === 'groups.type')?.attribute.canonicalValues).toEqual([
      (json.groups as readonly JsonObject[])[0]?.type,
    ]);
  });

  it('mutability: readOnly is passed over in a POST and refused as the path of a PATCH', async () => {
    for (const place of places.filter(({ owner, attribute }) =>
      [owner, attribute].some((each) => each?.mutability === 'readOnly'),
    )) {
      const value = await valueFor(place, 'ignored');
      const { status, json } = await send(place, value);
      expect({ path: place.path, status }).toEqual({ path: place.path, status: 201 });
      expect(shownAt(place, await read(place, json.id))).not.toContainEqual(value);
      const patched = await strict.patch(`${endpointOf(place)}/${String(json.id)}`, [
        { op: 'replace', path: place.path, value },
      ]);
      expect({ path: place.path, status: patched.status, scimType: patched.json.scimType }).toEqual({
        path: place.path,
        status: 400,
        scimType: 'mutability',
      });
    }
  });

  it('mutability: immutable is taken once and refused afterwards', async () => {
    const immutable = places.filter(({ attribute }) => attribute.mutability === 'immutable');
    expect(immutable.map(({ path }) => path)).toEqual(['members.value', 'members.type']);
    for (const place of immutable) {
      const { json } = await send(place, await valueFor(place, 'first'));
      const patched = await strict.patch(`/Groups/${String(json.id)}`, [
        { op: 'replace', path: place.path, value: await valueFor(place, 'second') },
      ]);
      expect({ path: place.path, status: patched.status, scimType: patched.json.scimType }).toEqual({
        path: place.path,
        status: 400,
        scimType: 'mutability',
      });
    }
  });

  it('required: nothing is made without it, and everything without the rest', async () => {
    const required = places.filter(({ attribute }) => attribute.required);
    expect(required.map(({ path }) => path)).toEqual(['userName', 'displayName', 'members.value']);
    for (const place of required) {
      expect({ path: place.path, status: (await send(place, null)).status }).toEqual({ path: place.path, status: 400 });
    }
    for (const place of places.filter(({ attribute, owner }) => !attribute.required && !owner)) {
      expect({ path: place.path, status: (await send(place, null)).status }).toEqual({ path: place.path, status: 201 });
    }
  });

  it('returned: never is in no answer, and cannot be asked for', async () => {
    const never = places.filter(({ attribute }) => attribute.returned === 'never');
    expect(never.map(({ path }) => path)).toEqual(['password', `${URN.enterpriseUser}:manager.displayName`]);
    for (const place of never) {
      const { json } = await send(place, 'a secret');
      const asked = await strict.get(`/Users/${String(json.id)}?attributes=${encodeURIComponent(place.path)}`);
      expect(asked.text).not.toContain('a secret');
    }
  });

  it('uniqueness: server is 409 for a second one, none is not', async () => {
    for (const place of simple().filter(
      (each) => isSettable(each) && !each.owner && each.attribute.type === 'string',
    )) {
      const value = place.attribute.uniqueness === 'none' ? 'the same' : `the same ${place.path}`;
      expect((await send(place, value)).status).toBe(201);
      const { status } = await send(place, value);
      expect({ path: place.path, status }).toEqual({
        path: place.path,
        status: place.attribute.uniqueness === 'none' ? 201 : 409,
      });
    }
  });

  it('caseExact: a value in other letters is found where it is false, and only there', async () => {
    for (const place of simple().filter((each) => isSettable(each) && each.attribute.type !== 'boolean')) {
      const value = String(await valueFor(place, 'Mixed'));
      const { json } = await send(place, value);
      const swapped = value.replaceAll(/[a-z]/gi, (letter) =>
        letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
      );
      const filter = `${place.path} eq ${JSON.stringify(swapped)}`;
      const found = await strict.get(`${endpointOf(place)}?filter=${encodeURIComponent(filter)}&count=1000`);
      const ids = (found.json.Resources as readonly JsonObject[]).map(({ id }) => id);
      expect({ filter, found: ids.includes(json.id ?? '') }).toEqual({ filter, found: !place.attribute.caseExact });
    }
  });
});
