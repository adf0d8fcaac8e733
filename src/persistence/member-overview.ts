import type { IdpName } from '../domain/idp-profile.js';
import type { MemberResource } from '../domain/member.js';
import { type Page, type PageWish, pageOf } from '../domain/page.js';
import { prefixUpperBound, userNameKey } from '../scim/index.js';
import { cachedStatement } from './cached-statement.js';
import { EMAIL_VALUES, emailKey, nameKey } from './member-keys.js';
import { BOUND, tenantStatement, weighed } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** A member as an admin sees it in a list. Times are ISO 8601. */
export interface MemberSummary {
  /** The account. */
  readonly id: string;
  /** Null once it was removed over SCIM. */
  readonly scimId: string | null;
  readonly userName: string;
  readonly displayName: string | null;
  /** The primary address, else the first. */
  readonly email: string | null;
  readonly externalId: string | null;
  readonly active: boolean;
  readonly breakGlass: boolean;
  /** Who manages the member; null: nobody. */
  readonly connection: { readonly id: string; readonly name: string; readonly idp: IdpName } | null;
  /** Null for who is unlinked, or was linked before this was noted. */
  readonly linkedSince: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly removedAt: string | null;
}

/** What is absent makes no difference. */
export interface MemberSearch {
  /** How userName, displayName or an e-mail address begins, in any case of letters. */
  readonly beginning?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly linked?: boolean | undefined;
  readonly active?: boolean | undefined;
  /** Those who left the wire instead of those who are on it. */
  readonly removed: boolean;
}

interface SummaryRow extends Omit<MemberSummary, 'displayName' | 'email' | 'connection'> {
  readonly connectionId: string | null;
  readonly connectionName: string | null;
  readonly idp: IdpName | null;
  readonly resource: MemberResource;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** Above every key that begins with nothing but the highest character. */
const HIGHEST = '\u{10FFFF}';

const COLUMNS = `m.id, m.scim_id as "scimId", m.user_name as "userName", m.external_id as "externalId", m.active,
  m.break_glass as "breakGlass", m.connection_id as "connectionId", c.name as "connectionName", c.idp,
  m.linked_at as "linkedSince", m.version, m.created_at as "createdAt", m.updated_at as "updatedAt",
  m.removed_at as "removedAt", m.resource`;
const MANAGER = `left join connections c on c.tenant_id = $tenant::uuid and c.id = m.connection_id`;
const KNOWN = `m.tenant_id = $tenant::uuid and m.erased_at is null and ${BOUND}`;

const FIND = tenantStatement(
  'member_overview.find',
  `select ${COLUMNS} from members m ${MANAGER} where ${KNOWN} and m.id = $id::uuid`,
);
const FIND_BY_NAME = tenantStatement(
  'member_overview.find_by_name',
  `select m.id from members m where ${KNOWN} and m.user_name_key = $userNameKey::text and m.scim_id is not null`,
);

/** Members of the session's tenant for admins. Erased ones are in no answer. */
export class MemberOverview {
  constructor(private readonly session: TenantSession) {}

  /** @param id the account */
  async find(id: string): Promise<(MemberSummary & { readonly resource: MemberResource }) | undefined> {
    const [row] = await this.session.run<SummaryRow>(FIND, { id });
    return row && { ...toSummary(row), resource: row.resource };
  }

  /** The account of somebody on the wire. */
  async idOf(userName: string): Promise<string | undefined> {
    const [row] = await this.session.run<{ id: string }>(FIND_BY_NAME, { userNameKey: userNameKey(userName) });
    return row?.id;
  }

  /** In the order of their creation. */
  async page(search: MemberSearch, { after = BEFORE_ALL, limit }: PageWish): Promise<Page<MemberSummary>> {
    const { text, values } = compileMemberSearch(search);
    const statement = cachedStatement(this.session.tenantId, text);
    const isSearch = search.beginning !== undefined;
    const rows = await this.session.run<SummaryRow>(isSearch ? weighed(statement, 'large') : statement, {
      ...values,
      after,
      limit: limit + 1,
    });
    return pageOf(rows.map(toSummary), limit, ({ id }) => id);
  }
}

/**
 * One page, as the body of a tenant statement, and the values it needs besides `after` and `limit`. What is searched for is read
 * from an index of its own: how a text begins is collected from three ranges of keys, so a search costs as much as it finds; the
 * rest is read in the order of the accounts.
 */
export function compileMemberSearch(search: MemberSearch): {
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
} {
  const { beginning, connectionId, linked, active, removed } = search;
  const wire = `m.scim_id is ${removed ? '' : 'not '}null`;
  const conditions = [
    KNOWN,
    wire,
    'm.id > $after::uuid',
    ...(connectionId === undefined ? [] : ['m.connection_id = $connectionId::uuid']),
    ...(linked === undefined ? [] : [`m.connection_id is ${linked ? 'not ' : ''}null`]),
    ...(active === undefined ? [] : [active ? 'm.active' : 'not m.active']),
  ];
  const ofOneConnection = connectionId !== undefined || linked === false;
  // The first is the same for all, and tells the planner that the index of connections has the order.
  const order = ofOneConnection ? 'm.connection_id, m.id' : 'm.id';
  const from =
    beginning === undefined
      ? 'members m'
      : 'found cross join lateral (select * from members m where m.tenant_id = $tenant::uuid and m.id = found.id offset 0) m';
  const text = `${beginning === undefined ? '' : `with ${found(wire)} `}select ${COLUMNS} from ${from} ${MANAGER}
    where ${conditions.join(' and ')} order by ${order} limit $limit::int`;
  return { text, values: valuesOf(search) };
}

const found = (wire: string) => `found as materialized (
    select m.id from members m
    where m.tenant_id = $tenant::uuid and m.user_name_key >= $userName::text and m.user_name_key < $userNameEnd::text
      and ${wire} and ${BOUND}
    union
    select m.id from members m
    where m.tenant_id = $tenant::uuid and m.display_name_key >= $displayName::text
      and m.display_name_key < $displayNameEnd::text and ${BOUND}
    union
    select k.member_id from member_keys k
    where k.tenant_id = $tenant::uuid and k.attribute = '${EMAIL_VALUES}' and k.value_key >= $email::text
      and k.value_key < $emailEnd::text and ${BOUND}
  )`;

function valuesOf({ beginning, connectionId }: MemberSearch): Readonly<Record<string, string>> {
  return {
    ...(connectionId !== undefined && { connectionId }),
    ...(beginning !== undefined && {
      ...range('userName', userNameKey(beginning)),
      ...range('displayName', nameKey(beginning)),
      ...range('email', emailKey(beginning)),
    }),
  };
}

const range = (name: string, key: string) => ({ [name]: key, [`${name}End`]: prefixUpperBound(key) ?? key + HIGHEST });

function toSummary({ connectionId, connectionName, idp, resource, ...row }: SummaryRow): MemberSummary {
  const { displayName } = resource;
  return {
    ...row,
    displayName: typeof displayName === 'string' ? displayName : null,
    email: addressIn(resource),
    connection:
      connectionId === null || !connectionName || !idp ? null : { id: connectionId, name: connectionName, idp },
  };
}

function addressIn({ emails = [] }: MemberResource): string | null {
  const all = emails as readonly { readonly value?: string; readonly primary?: boolean }[];
  return (all.find(({ primary }) => primary) ?? all[0])?.value ?? null;
}
