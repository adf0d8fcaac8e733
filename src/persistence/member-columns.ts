import type { Column, FilterColumns } from '../scim/index.js';
import { EMAIL_VALUES, NAME_KEY_LENGTH } from './member-keys.js';
import { BOUND, uuidOrNull } from './statement.js';

/** FROM item that gives `d.doc`, the resource as jsonb; parsed once a row because of the fence. */
export const DOCUMENT = 'cross join lateral (select m.resource::jsonb as doc offset 0) d';

/** A key of the first characters of a name. Of a longer name the document is read, and only then. */
const nameKey = (column: string, text: string): Column => ({
  kind: 'key',
  sql: `(case when length(${column}) = ${NAME_KEY_LENGTH} then lower((${text}) collate "und-x-icu") collate "C" else ${column} end)`,
  mayBeEmpty: true,
});

/** Where a User's attributes are found in `members m`. What is not named here is read from the document. */
export const MEMBER_FILTER_COLUMNS: FilterColumns = {
  document: 'd.doc',
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
    ['meta.resourceType', { kind: 'text', sql: `'User'::text` }],
    ['meta.version', { kind: 'text', sql: `('W/"' || m.version || '"')` }],
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
};
