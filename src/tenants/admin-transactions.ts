import type { Clock } from '../config/clock.js';
import { Problem } from '../http/problem.js';
import { uniqueViolation } from '../persistence/pg-errors.js';
import type { UnitOfWork } from '../persistence/unit-of-work.js';
import { AdminEvents } from './admin-events.js';
import type { Author } from './author.js';
import { ConnectionChanges } from './connection-changes.js';
import { TenantChanges } from './tenant-changes.js';
import { TokenChanges } from './token-changes.js';

/** What one transaction may change; each change writes its event. */
export interface Changes {
  readonly tenants: TenantChanges;
  readonly connections: ConnectionChanges;
  readonly tokens: TokenChanges;
  readonly at: Date;
}

const NAME_TAKEN: Readonly<Record<string, string>> = {
  tenants_slug_key: 'There is a tenant of this name already.',
  connections_name_key: 'The tenant has a connection of this name already; choose another name.',
};

/** Changes of tenants, connections and tokens: all or nothing, by one author, at one time. */
export class AdminTransactions {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 409 when a name is taken */
  async change<T>(author: Author, work: (changes: Changes) => Promise<T>): Promise<T> {
    try {
      return await this.work.system.transaction((session) => {
        const events = new AdminEvents(session, author, this.clock.now());
        return work({
          tenants: new TenantChanges(session, events),
          connections: new ConnectionChanges(session, events),
          tokens: new TokenChanges(session, events),
          at: events.at,
        });
      });
    } catch (error) {
      const sentence = NAME_TAKEN[uniqueViolation(error) ?? ''];
      throw sentence === undefined ? error : new Problem(409, sentence);
    }
  }
}
