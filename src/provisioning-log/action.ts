import { isId } from '../config/new-id.js';
import type { Action } from './actions.js';
import { type AskedRequest, memberOf } from './asked-request.js';
import { groupPatchAction, isFalse, patchedAttributes, userPatchAction } from './patch-action.js';
import { filterOf, soughtBy } from './sought.js';

/** Names for the ways to list a type of resource. */
interface ListActions {
  readonly one: Action;
  readonly some: Action;
  readonly all: Action;
}

const USERS: ListActions = { one: 'look-up-user', some: 'search-users', all: 'list-users' };
const GROUPS: ListActions = { one: 'look-up-group', some: 'search-groups', all: 'list-groups' };

/** Every SCIM route, by method and pattern; a route that is not here is `other`. */
const BY_ROUTE: Readonly<Record<string, Action | ((request: AskedRequest) => Action)>> = {
  'GET /Users': (request) => userListAction(request),
  'POST /Users/.search': (request) => userListAction(request),
  'POST /Users': 'create-user',
  'GET /Users/:id': 'read-user',
  'PUT /Users/:id': ({ body }) => (isFalse(memberOf(body, 'active')) ? 'deactivate-user' : 'replace-user'),
  'PATCH /Users/:id': ({ body }) => userPatchAction(patchedAttributes(body)),
  'DELETE /Users/:id': 'delete-user',
  'GET /Groups': (request) => groupListAction(request),
  'POST /Groups/.search': (request) => groupListAction(request),
  'POST /Groups': 'create-group',
  'GET /Groups/:id': 'read-group',
  'PUT /Groups/:id': 'replace-group',
  'PATCH /Groups/:id': ({ body }) => groupPatchAction(patchedAttributes(body)),
  'DELETE /Groups/:id': 'delete-group',
  'POST /.search': 'search',
  'POST /Bulk': 'bulk',
  'GET /ServiceProviderConfig': 'discover',
  'GET /Schemas': 'discover',
  'GET /Schemas/:id': 'discover',
  'GET /ResourceTypes': 'discover',
  'GET /ResourceTypes/:id': 'discover',
};

export function actionOf(request: AskedRequest): Action {
  const known = BY_ROUTE[`${request.method} ${request.route}`] ?? 'other';
  return typeof known === 'string' ? known : known(request);
}

/** Whoever wants no more than this of all users wants to know whether they are answered: Okta's test asks for 2. */
const MOST_OF_A_TEST = 2;

function userListAction(request: AskedRequest): Action {
  const action = listAction(request, USERS);
  if (action === 'list-users') return countOf(request) <= MOST_OF_A_TEST ? 'test-connection' : action;
  if (action !== 'look-up-user') return action;
  // Entra ID's test looks for a userName or an e-mail address that nobody has: a random GUID.
  const sought = soughtBy(filterOf(request) ?? '');
  const isName = sought?.attribute === 'username' || sought?.attribute === 'emails';
  return isName && isId(sought.value) ? 'test-connection' : action;
}

/** Entra ID's probe: `id eq "…" and members eq "…"`. */
const ABOUT_MEMBERS = /\bmembers\b/i;

function groupListAction(request: AskedRequest): Action {
  const action = listAction(request, GROUPS);
  return action === 'search-groups' && ABOUT_MEMBERS.test(filterOf(request) ?? '') ? 'check-membership' : action;
}

function listAction(request: AskedRequest, { one, some, all }: ListActions): Action {
  const filter = filterOf(request);
  if (filter === undefined) return all;
  return soughtBy(filter) ? one : some;
}

function countOf({ method, query, body }: AskedRequest): number {
  const count = method === 'POST' ? memberOf(body, 'count') : query.count;
  const number = typeof count === 'string' ? Number.parseInt(count, 10) : count;
  return typeof number === 'number' && number >= 0 ? number : Number.POSITIVE_INFINITY;
}
