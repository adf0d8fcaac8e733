import { URN } from '../../../scim/index.js';

const ID = '019b2d55-90c7-7b03-91fa-6c3e27d8b140';
const TOMAS = '019b2d4e-9b84-7d02-8c55-0e9f6a7b3c12';
const BASE = 'https://scim.example.com/scim/v2';
/** A schema of Entra's own, which no server knows; it is ignored. */
const ENTRA_GROUP = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

const group = { externalId: '2f7a9c40-6d15-4c8e-b3a2-0b94f1e7d563', displayName: 'Warehouse Lisbon' };

const meta = (version: number, lastModified: string) => ({
  resourceType: 'Group',
  created: '2026-11-02T09:44:18.260Z',
  lastModified,
  location: `${BASE}/Groups/${ID}`,
  version: `W/"${version}"`,
});

export const createRequest = { schemas: [URN.group, ENTRA_GROUP], ...group, meta: { resourceType: 'Group' } };

export const created = {
  schemas: [URN.group],
  ...group,
  id: ID,
  meta: meta(1, '2026-11-02T09:44:18.260Z'),
};

export const addRequest = {
  schemas: [URN.patchOp],
  Operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: TOMAS }] }],
};

/** Only those in the value leave. */
export const removeRequest = {
  schemas: [URN.patchOp],
  Operations: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: TOMAS }] }],
};

export const read = {
  ...created,
  meta: meta(2, '2026-11-02T10:24:51.007Z'),
  members: [{ value: TOMAS, $ref: `${BASE}/Users/${TOMAS}`, display: 'tomas.ferreira@contoso.example', type: 'User' }],
};

export const replaceRequest = { ...read, displayName: 'Warehouse Setúbal' };
export const replaced = { ...replaceRequest, meta: meta(3, '2026-11-05T11:15:03.118Z') };

/** Entra asks without members, which are many and told apart. */
export const searchRequest = {
  schemas: [URN.searchRequest],
  filter: 'displayName eq "Warehouse Lisbon"',
  excludedAttributes: ['members'],
};

export const listed = {
  schemas: [URN.listResponse],
  totalResults: 1,
  startIndex: 1,
  itemsPerPage: 1,
  Resources: [created],
};
