import { CAUSES } from './causes.js';
import type { LogDetail, LogItem, LogPage } from './dto/log.dto.js';

const REFUSED: LogItem = {
  id: '01a20352-4462-7086-a810-28ce40c404e6',
  at: '2026-11-22T12:48:24.546Z',
  action: 'create-user',
  summary: 'Create user mara.lind@example.com',
  target: { type: 'User', id: null, name: 'mara.lind@example.com' },
  status: 409,
  scimType: 'uniqueness',
  detail: 'The value of userName is already in use.',
  reason: 'user-taken',
  cause: CAUSES['user-taken'].cause,
  remedy: CAUSES['user-taken'].remedy,
  tolerances: ['boolean-as-string'],
  durationMs: 6.2,
  requestId: '01a20352-445b-7a19-8d2c-5f0c3f6f8b21',
  clientAddress: null,
  notRecorded: null,
  repeats: null,
};

const LOOKED_UP: LogItem = {
  ...REFUSED,
  id: '01a20352-4401-7a19-8d2c-5f0c3f6f8b21',
  at: '2026-11-22T12:48:24.449Z',
  action: 'look-up-user',
  summary: 'Look up user mara.lind@example.com',
  status: 200,
  scimType: null,
  detail: null,
  reason: null,
  cause: null,
  remedy: null,
  tolerances: [],
  durationMs: 1.9,
  requestId: '01a20352-43ff-7f14-8b6e-94d0c27f5a31',
};

export const EXAMPLE_PAGE: LogPage = { items: [REFUSED, LOOKED_UP], next: LOOKED_UP.id };

export const EXAMPLE_DETAIL: LogDetail = {
  ...REFUSED,
  body: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'mara.lind@example.com',
    active: 'True',
    password: '[hidden]',
  },
};
