import type { Tolerance } from '../scim/index.js';

/** How often a connection leaned on one leniency since the last time it was written down. */
export interface ToleranceUse {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly tolerance: Tolerance;
  readonly uses: number;
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number;
}

/**
 * Pairs of connection and tolerance that are remembered: those of thousands of connections. More come together only when
 * the database is away for long; new pairs are forgotten then, while known ones go on being counted.
 */
const MOST = 50_000;

/** Uses that the database does not know yet: a request costs a look-up here and no write. */
export class ToleranceUses {
  private connections = new Map<string, Map<Tolerance, ToleranceUse>>();
  private size = 0;

  add(use: ToleranceUse): void {
    const known = this.connections.get(use.connectionId);
    const before = known?.get(use.tolerance);
    if (known && before) {
      const lastUsedAt = Math.max(before.lastUsedAt, use.lastUsedAt);
      known.set(use.tolerance, { ...use, uses: before.uses + use.uses, lastUsedAt });
    } else if (this.size < MOST) {
      this.size += 1;
      this.connections.set(use.connectionId, (known ?? new Map()).set(use.tolerance, use));
    }
  }

  /** All of them, by tenant; whoever takes them and cannot write them down adds them again. */
  take(): ReadonlyMap<string, readonly ToleranceUse[]> {
    const uses = [...this.connections.values()].flatMap((ofConnection) => [...ofConnection.values()]);
    this.connections = new Map();
    this.size = 0;
    const byTenant = new Map<string, ToleranceUse[]>();
    for (const use of uses) {
      const ofTenant = byTenant.get(use.tenantId);
      if (ofTenant) ofTenant.push(use);
      else byTenant.set(use.tenantId, [use]);
    }
    return byTenant;
  }
}
