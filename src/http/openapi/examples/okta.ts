import { URN } from '../../../scim/index.js';

const ID = '019b2d4e-7c10-7a61-9f3e-5d2b8c1a4e70';
const LOCATION = `https://scim.example.com/scim/v2/Users/${ID}`;

const person = {
  userName: 'mara.lindqvist@northwind.example',
  name: { givenName: 'Mara', familyName: 'Lindqvist' },
  emails: [{ primary: true, value: 'mara.lindqvist@northwind.example', type: 'work' }],
  displayName: 'Mara Lindqvist',
  locale: 'sv-SE',
  externalId: '00u8x2kq5rJtWmB7d697',
};

const meta = (version: number, lastModified: string) => ({
  resourceType: 'User',
  created: '2026-11-02T08:15:30.120Z',
  lastModified,
  location: LOCATION,
  version: `W/"${version}"`,
});

/** The password of a creation is accepted and dropped. */
export const createRequest = { schemas: [URN.user], ...person, groups: [], password: 'pz7-Kelp-quarry', active: true };

export const created = {
  schemas: [URN.user],
  ...person,
  active: true,
  id: ID,
  meta: meta(1, '2026-11-02T08:15:30.120Z'),
};

/** Okta reads before it writes, and sends back what it read. */
export const replaceRequest = {
  ...created,
  name: { givenName: 'Mara', middleName: 'Elin', familyName: 'Lindqvist' },
  groups: [],
  meta: { resourceType: 'User' },
};

export const replaced = {
  ...created,
  name: { givenName: 'Mara', middleName: 'Elin', familyName: 'Lindqvist' },
  meta: meta(2, '2026-11-03T14:02:11.004Z'),
};

/** Deactivation has no path. */
export const patchRequest = { schemas: [URN.patchOp], Operations: [{ op: 'replace', value: { active: false } }] };

export const deactivated = { ...replaced, active: false, meta: meta(3, '2026-11-04T17:40:00.500Z') };

export const listed = {
  schemas: [URN.listResponse],
  totalResults: 1,
  startIndex: 1,
  itemsPerPage: 1,
  Resources: [created],
};

export const searchRequest = {
  schemas: [URN.searchRequest],
  filter: 'userName eq "mara.lindqvist@northwind.example"',
  startIndex: 1,
  count: 100,
};
