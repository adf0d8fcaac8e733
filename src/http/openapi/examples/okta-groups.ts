import { URN } from '../../../scim/index.js';

const ID = '019b2d51-3a08-7f14-8b6e-94d0c27f5a31';
const MARA = '019b2d4e-7c10-7a61-9f3e-5d2b8c1a4e70';
const JONAS = '019b2d4f-02b9-7c48-a6d1-e85f3071c9d4';
const BASE = 'https://scim.example.com/scim/v2';

const meta = (version: number, lastModified: string) => ({
  resourceType: 'Group',
  created: '2026-11-02T08:20:00.310Z',
  lastModified,
  location: `${BASE}/Groups/${ID}`,
  version: `W/"${version}"`,
});

const member = (value: string, display: string) => ({ value, $ref: `${BASE}/Users/${value}`, display, type: 'User' });

/** A group is made empty; its members follow. */
export const createRequest = { schemas: [URN.group], displayName: 'Field Engineers', members: [] };

export const created = {
  schemas: [URN.group],
  displayName: 'Field Engineers',
  id: ID,
  meta: meta(1, '2026-11-02T08:20:00.310Z'),
};

/** One leaves and one joins, in one request. */
export const patchRequest = {
  schemas: [URN.patchOp],
  Operations: [
    { op: 'remove', path: `members[value eq "${JONAS}"]` },
    { op: 'add', path: 'members', value: [{ value: MARA, display: 'mara.lindqvist@northwind.example' }] },
  ],
};

/** A new name repeats the id. */
export const renameRequest = {
  schemas: [URN.patchOp],
  Operations: [{ op: 'replace', value: { id: ID, displayName: 'Field Engineering' } }],
};

export const read = {
  ...created,
  displayName: 'Field Engineering',
  meta: meta(3, '2026-11-03T14:05:40.902Z'),
  members: [member(MARA, 'mara.lindqvist@northwind.example')],
};

/** Custom applications send the whole group. */
export const replaceRequest = {
  schemas: [URN.group],
  id: ID,
  displayName: 'Field Engineering',
  members: [
    { value: MARA, display: 'mara.lindqvist@northwind.example' },
    { value: JONAS, display: 'jonas.akerman@northwind.example' },
  ],
};

export const replaced = {
  ...read,
  meta: meta(4, '2026-11-04T07:31:12.055Z'),
  members: [member(MARA, 'mara.lindqvist@northwind.example'), member(JONAS, 'jonas.akerman@northwind.example')],
};

export const listed = {
  schemas: [URN.listResponse],
  totalResults: 1,
  startIndex: 1,
  itemsPerPage: 1,
  Resources: [read],
};

export const searchRequest = {
  schemas: [URN.searchRequest],
  filter: 'displayName eq "Field Engineering"',
  startIndex: 1,
  count: 100,
};
