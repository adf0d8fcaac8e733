import { URN } from '../../../scim/index.js';

const ID = '019b2d4e-9b84-7d02-8c55-0e9f6a7b3c12';
const MANAGER = '019b2d4e-1f00-7c3a-b1d4-2a6c9e8f5b07';
const LOCATION = `https://scim.example.com/scim/v2/Users/${ID}`;

const core = {
  externalId: '5d0c6f1e-3b7a-4b92-8d7c-1f2e9a04c6b8',
  userName: 'tomas.ferreira@contoso.example',
  emails: [{ primary: true, type: 'work', value: 'tomas.ferreira@contoso.example' }],
  name: { formatted: 'Tomás Ferreira', familyName: 'Ferreira', givenName: 'Tomás' },
};
const enterprise = { employeeNumber: '40718', department: 'Logistics' };

const meta = (version: number, lastModified: string) => ({
  resourceType: 'User',
  created: '2026-11-02T09:41:07.330Z',
  lastModified,
  location: LOCATION,
  version: `W/"${version}"`,
});

export const createRequest = {
  schemas: [URN.user, URN.enterpriseUser],
  ...core,
  active: true,
  meta: { resourceType: 'User' },
  roles: [],
  [URN.enterpriseUser]: enterprise,
};

export const created = {
  schemas: [URN.user, URN.enterpriseUser],
  ...core,
  active: true,
  [URN.enterpriseUser]: enterprise,
  id: ID,
  meta: meta(1, '2026-11-02T09:41:07.330Z'),
};

export const replaceRequest = { ...created, title: 'Dispatcher' };
export const replaced = { ...created, title: 'Dispatcher', meta: meta(2, '2026-11-03T06:20:45.018Z') };

/** Capitalised operations, one per attribute, booleans as text, and the manager as a bare id. */
export const patchRequest = {
  schemas: [URN.patchOp],
  Operations: [
    { op: 'Replace', path: 'displayName', value: 'Tomás F.' },
    { op: 'Replace', path: 'emails[type eq "work"].value', value: 't.ferreira@contoso.example' },
    { op: 'Add', path: `${URN.enterpriseUser}:manager`, value: MANAGER },
    { op: 'Replace', path: 'active', value: 'False' },
  ],
};

/** With the feature flag `aadOptscim062020`: one operation whose keys are paths. */
export const patchRequestWithFlag = {
  schemas: [URN.patchOp],
  Operations: [
    {
      op: 'replace',
      value: {
        displayName: 'Tomás F.',
        'name.givenName': 'Tomás',
        [`${URN.enterpriseUser}:department`]: 'Freight',
      },
    },
  ],
};

export const patched = {
  ...created,
  displayName: 'Tomás F.',
  emails: [{ primary: true, type: 'work', value: 't.ferreira@contoso.example' }],
  active: false,
  [URN.enterpriseUser]: { ...enterprise, manager: { value: MANAGER } },
  meta: meta(2, '2026-11-05T11:11:52.700Z'),
};

/** Entra tests a connection by looking for somebody who cannot exist. */
export const nobodyListed = {
  schemas: [URN.listResponse],
  totalResults: 0,
  startIndex: 1,
  itemsPerPage: 0,
  Resources: [],
};

export const searchRequest = {
  schemas: [URN.searchRequest],
  filter: 'externalId eq "5d0c6f1e-3b7a-4b92-8d7c-1f2e9a04c6b8"',
  excludedAttributes: ['groups'],
};

export const listed = {
  schemas: [URN.listResponse],
  totalResults: 1,
  startIndex: 1,
  itemsPerPage: 1,
  Resources: [created],
};
