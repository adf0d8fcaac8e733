import { type Column, type FilterColumns, URN } from '../scim/index.js';
import { EMAIL_VALUES, NAME_KEY_LENGTH } from './member-keys.js';
import { BOUND, uuidOrNull } from './statement.js';

export const MEMBER_DOCUMENT = 'd.doc';

/** FROM item that gives `d.doc`, the resource as jsonb; parsed once a row because of the fence. */
export const DOCUMENT = 'cross join lateral (select m.resource::jsonb as doc offset 0) d';

/** A key of the first characters of a name. Of a longer name the document is read, and only then. */
const nameKey = (column: string, text: string): Column => ({
  kind: 'key',
  sql: `(case when length(${column}) = ${NAME_KEY_LENGTH} then fold_case(${text}) collate "C" else ${column} end)`,
  mayBeEmpty: true,
});

const MANAGER = `${URN.enterpriseUser}:manager`;
const ELEMENTS_OF_GROUPS = (base: string) => `(
    select jsonb_build_object('value', t.id, '$ref', ${base}::text || '/Groups/' || t.id, 'display', t.display_name, 'type', 'direct')
    from team_memberships tm join teams t on t.tenant_id = $tenant::uuid and t.id = tm.team_id
    where tm.tenant_id = $tenant::uuid and tm.member_id = m.id offset 0
  )`;

/**
 * Where a User's attributes are found in `members m`. What is not named here is read from the document.
 * @param scimUrl base of all SCIM URLs, which the URIs of an answer begin with
 */
export const memberFilterColumns = (scimUrl: string): FilterColumns => ({
  document: MEMBER_DOCUMENT,
  columns: new Map<string, Column>([
    ['id', { kind: 'uuid', sql: 'm.scim_id' }],
    ['userName', { kind: 'key', sql: 'm.user_name_key' }],
    ['externalId', { kind: 'key', sql: 'm.external_id' }],
    ['displayName', nameKey('m.display_name_key', `m.resource ->> 'displayName'`)],
    ['name.familyName', nameKey('m.family_name_key', `m.resource -> 'name' ->> 'familyName'`)],
    ['name.givenName', nameKey('m.given_name_key', `m.resource -> 'name' ->> 'givenName'`)],
    ['active', { kind: 'boolean', sql: 'm.active' }],
    ['meta.created', { kind: 'time', sql: 'm.created_at' }],
    ['meta.lastModified', { kind: 'time', sql: 'm.updated_at' }],
    ['meta.location', { kind: 'location', base: `${scimUrl}/Users/`, sql: 'm.scim_id' }],
    ['meta.resourceType', { kind: 'text', sql: `'User'::text` }],
    ['meta.version', { kind: 'text', sql: `('W/"' || m.version || '"')` }],
    [
      `${MANAGER}.$ref`,
      {
        kind: 'reference',
        base: `${scimUrl}/Users/`,
        sql: `${MEMBER_DOCUMENT}->'${URN.enterpriseUser}'->'manager'->>'value'`,
      },
    ],
    ['groups', { kind: 'elements', from: (bind) => ELEMENTS_OF_GROUPS(bind(scimUrl)) }],
    [
      'groups.value',
      {
        kind: 'membership',
        probe: (teamId) => `m.id in (select tm.member_id from team_memberships tm
          where tm.tenant_id = $tenant::uuid and tm.team_id = ${uuidOrNull(teamId)} and ${BOUND})`,
      },
    ],
    [
      EMAIL_VALUES,
      {
        kind: 'keyTable',
        key: 'k.value_key',
        having: (condition) => `m.id in (select k.member_id from member_keys k
          where k.tenant_id = $tenant::uuid and k.attribute = '${EMAIL_VALUES}' and ${condition} and ${BOUND})`,
      },
    ],
  ]),
});
