import type { Manager } from '../domain/member-admin.js';
import { BOUND, tenantStatement, uuidOrNull } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** A connection that is not removed is the only one of its name. */
const FIND_NAMED = tenantStatement(
  'connection_names.find',
  `select c.id, c.name from connections c
    where c.tenant_id = $tenant::uuid and c.removed_at is null and (c.id = ${uuidOrNull('$idOrName')} or c.name = $idOrName::text)
      and ${BOUND}
    order by c.id = ${uuidOrNull('$idOrName')} desc limit 1`,
);
const HOLD = tenantStatement(
  'connection_names.hold',
  `select c.id, c.name from connections c
    where c.tenant_id = $tenant::uuid and c.id = $id::uuid and c.removed_at is null and ${BOUND} for share of c`,
);

/** What people call the connections of the session's tenant. */
export class ConnectionNames {
  constructor(private readonly session: TenantSession) {}

  async find(idOrName: string): Promise<Manager | undefined> {
    const [row] = await this.session.run<Manager>(FIND_NAMED, { idOrName });
    return row;
  }

  /** Needs a transaction, until whose end nobody removes the connection. Undefined when somebody has. */
  async hold(id: string): Promise<Manager | undefined> {
    const [row] = await this.session.run<Manager>(HOLD, { id });
    return row;
  }
}
