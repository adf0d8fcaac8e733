import { type Json, userNameKey } from '../scim/index.js';
import { type AskedRequest, memberOf } from './asked-request.js';
import { patchedAttributes } from './patch-action.js';
import { filterOf, soughtBy } from './sought.js';

/** Whom or what a request is about, as far as it says so. */
export interface Target {
  readonly type: 'User' | 'Group' | null;
  /** The id on the wire. */
  readonly id: string | null;
  /** userName of a user, displayName of a group, or what they were looked up by. */
  readonly name: string | null;
}

const LONGEST = 256;
const NOBODY: Target = { type: null, id: null, name: null };
/** What people go by, by type. */
const NAMES = { User: 'userName', Group: 'displayName' } as const;

/** @param location of the answer: where a resource was made, its id is at the end */
export function targetOf(request: AskedRequest, location: string | undefined): Target {
  const type = typeOf(request.route);
  if (type === null) return NOBODY;
  const sought = isList(request) ? soughtBy(filterOf(request) ?? '') : undefined;
  const soughtId = sought?.attribute === 'id' ? sought.value : undefined;
  const id = request.id ?? soughtId ?? location?.slice(location.lastIndexOf('/') + 1);
  const name = sought && soughtId === undefined ? sought.value : nameIn(request, NAMES[type]);
  return { type, id: shown(id), name: shown(name) };
}

/** So much of a name is compared: an index holds it, and preparation can make a name eighteen times as long. */
const MAX_KEY = 256;

/** What names, in whatever spelling, and ids are found by. */
export function targetKey(text: string): string {
  const key = userNameKey(text);
  return key.length <= MAX_KEY ? key : Array.from(key).slice(0, MAX_KEY).join('');
}

/** Text that a database can hold, and no longer than anybody reads. */
export function shown(text: Json | undefined, longest = LONGEST): string | null {
  if (typeof text !== 'string' || text === '') return null;
  return text.slice(0, longest).replaceAll('\0', '');
}

function typeOf(route: string): Target['type'] {
  if (route.startsWith('/Users')) return 'User';
  return route.startsWith('/Groups') ? 'Group' : null;
}

function isList({ method, route, id }: AskedRequest): boolean {
  return id === undefined && (method === 'GET' || route.endsWith('/.search'));
}

function nameIn({ method, body }: AskedRequest, attribute: string): Json | undefined {
  if (method !== 'PATCH') return memberOf(body, attribute);
  const lower = attribute.toLowerCase();
  return patchedAttributes(body).find((change) => change.attribute === lower)?.value;
}
