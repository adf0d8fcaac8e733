import { URN } from '../../../scim/index.js';

const BASE = 'https://muster.example.com/scim/v2';
const MARA = '019b2d4e-7c10-7a61-9f3e-5d2b8c1a4e70';
const GROUP = '019b2d51-3a08-7f14-8b6e-94d0c27f5a31';

export const request = {
  schemas: [URN.bulkRequest],
  failOnErrors: 5,
  Operations: [
    {
      method: 'POST',
      path: '/Users',
      bulkId: 'mara',
      data: { schemas: [URN.user], userName: 'mara.lindqvist@northwind.example' },
    },
    {
      method: 'POST',
      path: '/Groups',
      bulkId: 'guides',
      data: { schemas: [URN.group], displayName: 'Tour Guides', members: [{ value: 'bulkId:mara' }] },
    },
    { method: 'DELETE', path: '/Users/019b2d4e-0000-7000-8000-000000000000', version: 'W/"4"' },
  ],
};

export const response = {
  schemas: [URN.bulkResponse],
  Operations: [
    { method: 'POST', bulkId: 'mara', version: 'W/"1"', location: `${BASE}/Users/${MARA}`, status: '201' },
    { method: 'POST', bulkId: 'guides', version: 'W/"1"', location: `${BASE}/Groups/${GROUP}`, status: '201' },
    {
      method: 'DELETE',
      location: `${BASE}/Users/019b2d4e-0000-7000-8000-000000000000`,
      status: '404',
      response: {
        schemas: [URN.error],
        status: '404',
        detail: 'User 019b2d4e-0000-7000-8000-000000000000 not found.',
      },
    },
  ],
};

const meta = (resourceType: string, location: string) => ({
  resourceType,
  created: '2026-11-22T09:15:04.120Z',
  lastModified: '2026-11-22T09:15:04.120Z',
  location,
  version: 'W/"1"',
});

export const searchRequest = {
  schemas: [URN.searchRequest],
  filter: 'displayName sw "Tour" or userName sw "mara"',
  attributes: ['userName', 'displayName', 'meta'],
};

export const found = {
  schemas: [URN.listResponse],
  totalResults: 2,
  startIndex: 1,
  itemsPerPage: 2,
  Resources: [
    {
      schemas: [URN.user],
      id: MARA,
      userName: 'mara.lindqvist@northwind.example',
      meta: meta('User', `${BASE}/Users/${MARA}`),
    },
    { schemas: [URN.group], id: GROUP, displayName: 'Tour Guides', meta: meta('Group', `${BASE}/Groups/${GROUP}`) },
  ],
};
