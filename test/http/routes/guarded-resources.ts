import { URN } from '../../../src/scim/index.js';

/** How to make and change what lies below a path with `:id`: the sweep needs one of another tenant. */
export interface GuardedResource {
  readonly create: object;
  readonly put: object;
  readonly patch: object;
}

const patch = { schemas: [URN.patchOp], Operations: [{ op: 'replace', path: 'displayName', value: 'Changed' }] };

/** By the path of the collection. A new collection fails the sweep until it is here. */
export const GUARDED_RESOURCES: Readonly<Record<string, GuardedResource>> = {
  '/scim/v2/Users': {
    create: { schemas: [URN.user], userName: 'kim@example.com' },
    put: { schemas: [URN.user], userName: 'changed@example.com' },
    patch,
  },
  '/scim/v2/Groups': {
    create: { schemas: [URN.group], displayName: 'Pilots' },
    put: { schemas: [URN.group], displayName: 'Changed' },
    patch,
  },
};
