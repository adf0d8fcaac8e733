import type { Client, PoolClient } from 'pg';
import { LIMITS } from '../config/limits.js';
import { type TenantStatement, tenantStatement, weighed } from './statement.js';

/** What a cache of statements holds at most. */
export interface CacheLimits {
  readonly total: number;
  readonly perTenant: number;
  /** A longer text is not prepared: its plan takes more memory than preparing it saves. */
  readonly characters: number;
}

interface Entry {
  readonly statement: TenantStatement;
  /** Tenants in whose share the entry is. */
  readonly tenants: Set<string>;
}

const PREFIX = 'cached_';

/**
 * Statements whose text is made at run time, such as filters. Each is prepared under a name that is never used again, from its
 * second use on. Tenants share entries, and each tenant keeps its own most recently used ones: the shapes that one tenant sends
 * never push out those that another uses. What is in no tenant's share is dropped here, and on each connection with its next use.
 */
export class StatementCache {
  private readonly entries = new Map<string, Entry>();
  /** The bodies of each tenant, least recently used first. */
  private readonly shares = new Map<string, Set<string>>();
  private readonly names = new Set<string>();
  private made = 0;
  private drops = 0;

  constructor(private readonly limits: CacheLimits) {}

  /** How many statements are prepared at most on a connection. */
  get size(): number {
    return this.names.size;
  }

  /**
   * @param body the SQL of a tenant statement
   * @param brief as of a statement
   */
  get(tenant: string, body: string, brief = false): TenantStatement {
    if (body.length > this.limits.characters) return weighed(unprepared(body, brief), 'heavy');
    const known = this.entries.get(body);
    this.use(tenant, body);
    if (known === undefined) {
      const statement = unprepared(body, brief);
      this.entries.set(body, { statement, tenants: new Set([tenant]) });
      this.shrink(tenant);
      return statement;
    }
    known.tenants.add(tenant);
    this.shrink(tenant);
    return known.statement.name === undefined ? this.prepare(body, known) : known.statement;
  }

  /** Drops what left the cache from a connection that is about to be used. Costs a comparison when nothing left. */
  sweep(client: PoolClient): void {
    if (swept.get(client) === this.drops) return;
    swept.set(client, this.drops);
    const { parsedStatements } = (client as PoolClient & Client).connection as unknown as {
      parsedStatements: Record<string, string>;
    };
    for (const name of Object.keys(parsedStatements)) {
      if (!name.startsWith(PREFIX) || this.names.has(name)) continue;
      delete parsedStatements[name];
      // Sent in front of the statement at hand, on the same connection. If it fails, so does that statement.
      client.query(`deallocate ${name}`).catch(() => undefined);
    }
  }

  private prepare(body: string, entry: Entry): TenantStatement {
    this.made += 1;
    const statement: TenantStatement = { ...entry.statement, name: `${PREFIX}${this.made}`, cached: true };
    this.entries.set(body, { ...entry, statement });
    if (statement.name !== undefined) this.names.add(statement.name);
    return statement;
  }

  /** Moves the body to the end of the tenant's share. */
  private use(tenant: string, body: string): void {
    const share = this.shares.get(tenant) ?? new Set();
    share.delete(body);
    share.add(body);
    this.shares.set(tenant, share);
  }

  private shrink(tenant: string): void {
    const share = this.shares.get(tenant);
    if (share && share.size > this.limits.perTenant) this.dropOldest(tenant, share);
    while (this.entries.size > this.limits.total) {
      const [largest, largestShare] = this.largestShare();
      this.dropOldest(largest, largestShare);
    }
  }

  /** Who holds most gives way when all shares together are too many. */
  private largestShare(): readonly [string, Set<string>] {
    let largest: readonly [string, Set<string>] = ['', new Set()];
    for (const share of this.shares) if (share[1].size > largest[1].size) largest = share;
    return largest;
  }

  private dropOldest(tenant: string, share: Set<string>): void {
    const [body] = share;
    if (body === undefined) return;
    share.delete(body);
    if (share.size === 0) this.shares.delete(tenant);
    const entry = this.entries.get(body);
    entry?.tenants.delete(tenant);
    if (entry === undefined || entry.tenants.size > 0) return;
    this.entries.delete(body);
    const { name } = entry.statement;
    if (name === undefined) return;
    this.names.delete(name);
    this.drops += 1;
  }
}

/** How many drops a connection has seen. */
const swept = new WeakMap<PoolClient, number>();

function unprepared(body: string, brief: boolean): TenantStatement {
  const statement = tenantStatement(undefined, body);
  return brief ? { ...statement, brief } : statement;
}

/** The cache of this process. */
export const statementCache = new StatementCache({
  total: LIMITS.preparedShapes.value,
  perTenant: LIMITS.preparedShapesOfTenant.value,
  characters: LIMITS.preparedShapeCharacters.value,
});

/** A tenant statement made at run time, prepared as long as it is among the tenant's most recently used ones. */
export function cachedStatement(tenant: string, body: string, brief = false): TenantStatement {
  return statementCache.get(tenant, body, brief);
}
