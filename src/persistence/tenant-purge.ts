import type pg from 'pg';
import { withClient } from './database-roles.js';

/** Tables with tenants in them; partitions go with the table they are of. */
const TABLES = `
  select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped`;

/** Which of them refers to which, so that what is referred to goes last. */
const REFERENCES = `
  select c.relname as "from", t.relname as "to" from pg_constraint k
  join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
  where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conrelid <> k.confrelid`;

const BIND = `select set_config('muster.tenant', $1, true)`;
/** Two at once do not do the same. */
const HOLD = `select id from tenants where id = $1 and status = 'removed' for update skip locked`;

interface Reference {
  readonly from: string;
  readonly to: string;
}

/**
 * Deletes everything of these tenants, from every table that has a tenant: the log of events too, which no role but the owner
 * may touch. One transaction for each tenant. A tenant itself goes when nothing is found of it any more, so in a later round: an
 * instance may still have been writing down what it refused, and who would look for that afterwards?
 * @returns those that are gone; one that another instance is at, or that is not removed, is left out
 */
export function purgeTenants(ownerUrl: string, tenants: readonly string[]): Promise<readonly string[]> {
  if (tenants.length === 0) return Promise.resolve([]);
  return withClient(ownerUrl, async (owner) => {
    const tables = await tablesInOrder(owner);
    const gone: string[] = [];
    for (const tenant of tenants) if (await purge(owner, tables, tenant)) gone.push(tenant);
    return gone;
  });
}

async function purge(owner: pg.Client, tables: readonly string[], tenant: string): Promise<boolean> {
  await owner.query('begin');
  try {
    await owner.query(BIND, [tenant]);
    const isRemoved = (await owner.query(HOLD, [tenant])).rows.length > 0;
    const isGone = isRemoved && (await deleteAll(owner, tables, tenant)) === 0;
    if (isGone) await owner.query('delete from tenants where id = $1', [tenant]);
    await owner.query('commit');
    return isGone;
  } catch (error) {
    await owner.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** @returns how many rows there were */
async function deleteAll(owner: pg.Client, tables: readonly string[], tenant: string): Promise<number> {
  let found = 0;
  for (const table of tables) {
    found += (await owner.query(`delete from ${table} where tenant_id = $1`, [tenant])).rowCount ?? 0;
  }
  return found;
}

/** Names come from the catalogue, quoted where they need it. */
async function tablesInOrder(owner: pg.Client): Promise<readonly string[]> {
  const names = (await owner.query<{ name: string }>(TABLES)).rows.map(({ name }) => name);
  const references = (await owner.query<Reference>(REFERENCES)).rows;
  return referringFirst(names, references).map((name) => owner.escapeIdentifier(name));
}

function referringFirst(names: readonly string[], references: readonly Reference[]): readonly string[] {
  if (names.length === 0) return [];
  const free = names.filter((name) => !references.some(({ from, to }) => to === name && names.includes(from)));
  if (free.length === 0) throw new Error(`Tables refer to each other in a circle: ${names.join(', ')}`);
  return [
    ...free,
    ...referringFirst(
      names.filter((name) => !free.includes(name)),
      references,
    ),
  ];
}
