import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Attribute,
  type AttributeRef,
  evaluate,
  GroupType,
  type Json,
  type JsonObject,
  parseFilter,
  pathText,
  type ResourceType,
  URN,
  UserType,
} from '../../../src/scim/index.js';
import { type ScimClient, startTestApp, type TestApp } from '../../support/app.js';
import { fullBody, shownPaths } from '../../support/every-attribute.js';

let app: TestApp;
let client: ScimClient;
/** As GET shows them: one with everything, one with another of everything, one with next to nothing. */
const shown = new Map<ResourceType, readonly JsonObject[]>();

/** The URI that is percent-encoded is compared as a whole; everything else is found by every operator of its type. */
const REFUSED: ReadonlySet<string> = new Set(
  ['co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'].map((op) => `${URN.enterpriseUser}:manager.$ref ${op}`),
);
const TEXT = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];
const OPERATORS: Readonly<Record<Attribute['type'], readonly string[]>> = {
  string: TEXT,
  reference: TEXT,
  binary: ['eq', 'ne', 'co', 'sw', 'ew'],
  boolean: ['eq', 'ne'],
  dateTime: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  integer: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  decimal: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  complex: [],
};

beforeAll(async () => {
  app = await startTestApp();
  client = await app.connection();
  const manager = await client.create({ schemas: [URN.user], userName: 'manager' });
  const people = [];
  for (const mark of ['one', 'two']) {
    const body = fullBody(UserType, mark);
    const enterprise = { ...(body[URN.enterpriseUser] as JsonObject), manager: { value: manager.id } };
    people.push(await client.create({ ...body, [URN.enterpriseUser]: enterprise }));
  }
  for (const [at, person] of people.entries()) {
    const members = [{ value: person.id }];
    await client.post('/Groups', { ...fullBody(GroupType, `group ${at}`), members });
  }
  await client.post('/Groups', { schemas: [URN.group], displayName: 'Empty' });
  for (const type of [UserType, GroupType]) {
    const { json } = await client.get(type.endpoint);
    shown.set(type, json.Resources as readonly JsonObject[]);
  }
});
afterAll(() => app.close());

function valuesAt({ extension, attribute, sub }: AttributeRef, resource: JsonObject): readonly Json[] {
  const holder = (extension === undefined ? resource : resource[extension]) as JsonObject | undefined;
  const whole = holder?.[attribute.name];
  const list = (Array.isArray(whole) ? whole : whole === undefined ? [] : [whole]) as readonly Json[];
  const values = sub ? list.map((element) => (element as JsonObject)[sub.name]) : list;
  return values.filter((value): value is Json => value !== undefined);
}

function literals(op: string, { caseExact, type }: Attribute, value: Json): readonly string[] {
  if (typeof value !== 'string' || type === 'dateTime') return [JSON.stringify(value)];
  const part = { co: value.slice(2, -2), sw: value.slice(0, 4), ew: value.slice(-4) }[op] ?? value;
  return (caseExact ? [part] : [part, part.toUpperCase(), part.toLowerCase()]).map((text) => JSON.stringify(text));
}

/** Filters about one attribute by the first value that is shown of it. */
function filtersFor(ref: AttributeRef, resources: readonly JsonObject[]): readonly string[] {
  const path = pathText(ref);
  const attribute = ref.sub ?? ref.attribute;
  const [value] = resources.flatMap((resource) => valuesAt(ref, resource));
  if (value === undefined) return [];
  const compared = OPERATORS[attribute.type].flatMap((op) =>
    literals(op, attribute, value).map((literal) => `${path} ${op} ${literal}`),
  );
  const inBrackets = ref.sub
    ? [
        `${pathText({ ...ref, sub: undefined } as unknown as AttributeRef)}[${ref.sub.name} eq ${JSON.stringify(value)}]`,
      ]
    : [];
  return [...compared, ...inBrackets, `${path} pr`, `${path} eq null`, `not (${path} pr)`];
}

const idsOf = (json: JsonObject) => (json.Resources as readonly JsonObject[]).map(({ id }) => id).sort();
const refused = (filter: string) => REFUSED.has(filter.split(' ').slice(0, 2).join(' '));

describe.each([UserType, GroupType])('A filter of $endpoint', (type) => {
  it('may name every attribute that GET shows: each has a value here', () => {
    const resources = shown.get(type) ?? [];
    const missing = shownPaths(type).filter((ref) => resources.every((each) => valuesAt(ref, each).length === 0));
    expect(missing.map(pathText)).toEqual([]);
  });

  it.each(shownPaths(type).map((ref) => ({ path: pathText(ref), ref })))(
    'finds by $path what the evaluation of the shown resources finds, or is refused',
    async ({ ref }) => {
      const resources = shown.get(type) ?? [];
      for (const filter of filtersFor(ref, resources)) {
        const parsed = parseFilter(filter, type);
        const expected = resources
          .filter((each) => evaluate(parsed, each))
          .map(({ id }) => id)
          .sort();
        const { status, json } = await client.get(`${type.endpoint}?filter=${encodeURIComponent(filter)}`);
        if (refused(filter))
          expect({ filter, status, scimType: json.scimType }).toEqual({
            filter,
            status: 400,
            scimType: 'invalidFilter',
          });
        else expect({ filter, status, found: idsOf(json) }).toEqual({ filter, status: 200, found: expected });
        if (filter.includes(' eq ') && !filter.endsWith('null')) expect(expected).not.toEqual([]);
      }
    },
  );

  it('finds the same by POST, and over all types', async () => {
    const all = [...shown.values()].flat();
    for (const ref of shownPaths(type)) {
      const [filter = ''] = filtersFor(ref, shown.get(type) ?? []);
      const body = { schemas: [URN.searchRequest], filter, count: 100 };
      const parsed = parseFilter(filter, type, { alsoKnown: [UserType, GroupType] });
      const among = (resources: readonly JsonObject[]) =>
        resources
          .filter((each) => evaluate(parsed, each))
          .map(({ id }) => id)
          .sort();
      const one = await client.post(`${type.endpoint}/.search`, body);
      expect({ filter, found: idsOf(one.json) }).toEqual({ filter, found: among(shown.get(type) ?? []) });
      const both = await client.post('/.search', body);
      expect({ filter, found: idsOf(both.json) }).toEqual({ filter, found: among(all) });
    }
  });
});

describe('What is never shown', () => {
  it.each(['password eq "x"', 'password pr', 'manager.displayName eq "x"', 'manager[displayName pr]'])(
    'is 400 invalidFilter: %s',
    async (filter) => {
      expect(await client.find(filter)).toMatchObject({ status: 400, json: { scimType: 'invalidFilter' } });
    },
  );
});
