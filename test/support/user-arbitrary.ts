import fc from 'fast-check';
import type { JsonObject } from '../../src/scim/json.js';
import { URN } from '../../src/scim/urns.js';

/** Base of the URIs that a User shows. */
export const SCIM_URL = 'https://muster.test/scim/v2';

/** Letters that collide: case, accents, wildcards of LIKE, quotes, letters whose lower case is special, one above U+FFFF. */
const LETTERS = [
  'a',
  'A',
  'b',
  'é',
  'É',
  'e\u0301',
  'ß',
  'İ',
  'Σ',
  'ς',
  'Ა',
  'ა',
  'µ',
  '"',
  "'",
  '%',
  '_',
  '\\',
  ' ',
  '\u{1D4B3}',
  '\uFF21',
];

/** Short texts, so that equality, prefixes and parts happen; never blank, as no stored text is. */
export const textArbitrary: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 3 })
  .map((letters) => letters.join(''))
  .filter((text) => text.trim() !== '');

export const typeArbitrary: fc.Arbitrary<string> = fc.constantFrom('work', 'Work', 'home', 'other');

export const idArbitrary: fc.Arbitrary<string> = fc.constantFrom(
  '01890a5d-ac96-774b-bcce-b302099a8057',
  '01890a5d-ac96-774b-bcce-b302099a8058',
  'f1890a5d-ac96-774b-bcce-b302099a8059',
);

/** A handful of instants, a millisecond or an hour apart. */
export const instantArbitrary: fc.Arbitrary<string> = fc.constantFrom(
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.001Z',
  '2026-01-01T01:00:00.000Z',
  '1999-12-31T23:59:59.999Z',
);

/** At most one primary, and `false` as often as absent. */
function elements(value: fc.Arbitrary<string>, valueName: string): fc.Arbitrary<JsonObject[]> {
  const element = fc.record(
    { [valueName]: value, type: typeArbitrary, display: textArbitrary, primary: fc.constant(false) },
    {
      requiredKeys: [valueName],
    },
  );
  return fc
    .tuple(fc.array(element, { minLength: 1, maxLength: 3 }), fc.nat(3))
    .map(
      ([list, primary]) => list.map((each, at) => (at === primary ? { ...each, primary: true } : each)) as JsonObject[],
    );
}

const enterprise = fc.record(
  {
    employeeNumber: textArbitrary,
    department: textArbitrary,
    manager: idArbitrary.map((value) => ({ value, $ref: `${SCIM_URL}/Users/${value}` })),
  },
  { requiredKeys: ['employeeNumber'] },
);

/** A User as the service shows it: canonical spelling, no null, nothing empty. */
export const userArbitrary: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      id: idArbitrary,
      externalId: textArbitrary,
      userName: textArbitrary,
      displayName: textArbitrary,
      nickName: textArbitrary,
      profileUrl: textArbitrary,
      title: textArbitrary,
      active: fc.boolean(),
      name: fc.record({ givenName: textArbitrary, familyName: textArbitrary }, { requiredKeys: ['givenName'] }),
      emails: elements(textArbitrary, 'value'),
      phoneNumbers: elements(textArbitrary, 'value'),
      roles: elements(textArbitrary, 'value'),
      addresses: elements(textArbitrary, 'locality'),
      [URN.enterpriseUser]: enterprise,
      created: instantArbitrary,
      lastModified: instantArbitrary,
    },
    { requiredKeys: ['id', 'userName', 'active', 'created', 'lastModified'] },
  )
  .map(({ created, lastModified, ...user }) => ({
    schemas: [URN.user, ...(user[URN.enterpriseUser] ? [URN.enterpriseUser] : [])],
    ...(user as JsonObject),
    meta: { resourceType: 'User', created: created as string, lastModified: lastModified as string },
  }));
