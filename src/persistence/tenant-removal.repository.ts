import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** Somebody asked for the removal of a tenant. */
export interface RemovalRequest {
  /** SHA-256 of the code that confirms it, hexadecimal. */
  readonly digest: string;
  /** ISO 8601. */
  readonly askedAt: string;
}

/** Whether the whole audit log was exported, and whether anything happened that is not in the export. */
export interface ExportState {
  readonly exported: boolean;
  readonly changedSince: boolean;
}

const ASK = systemStatement(
  'tenants.ask_removal',
  `update tenants set removal_digest = decode($digest, 'hex'), removal_asked_at = $at where id = $id`,
);
const REQUEST = systemStatement(
  'tenants.removal_request',
  `select encode(removal_digest, 'hex') as digest, removal_asked_at as "askedAt" from tenants
   where id = $id and removal_digest is not null`,
);
const REMOVE = systemStatement(
  'tenants.remove',
  `update tenants set status = 'removed', removed_at = $at, updated_at = $at, removal_digest = null where id = $id`,
);
const REVOKE_TOKENS = systemStatement(
  'tenants.revoke_tokens',
  'update access_tokens set revoked_at = $at where tenant_id = $id and revoked_at is null',
);

/** Long enough ago for everybody who is told of it to have been told. */
const DUE = systemStatement(
  'tenants.due_for_purge',
  `select id from tenants where status = 'removed' and removed_at < $before order by id`,
);

/** What an export need not hold, because looking and leaving change nothing. */
const HARMLESS = [
  'audit.read',
  'audit.exported',
  'auth.failed',
  'auth.client_failed',
  'tenant.mails_limited',
  'tenant.suspended',
  'tenant.removal_requested',
];

/** An export tells in its own event from where it goes and how far; what waits in the outbox is in none. */
const EXPORT_STATE = systemStatement(
  'tenants.export_state',
  `with waiting as materialized (
     select e.type, e.data from outbox o join events e on e.tenant_id = o.tenant_id and e.id = o.event_id
     where o.tenant_id = $id
   ), exports as (
     select e.data -> 'query' as query from seals s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
     where s.tenant_id = $id and s.type = 'audit.exported'
     union all
     select w.data -> 'query' from waiting w where w.type = 'audit.exported'
   ), whole as (
     select max((x.query ->> 'until')::bigint) as until from exports x
     where (x.query ->> 'from')::bigint <= 1 + coalesce((select a.seq from seal_anchors a where a.tenant_id = $id), 0)
   )
   select w.until is not null as exported,
     exists (select from seals s where s.tenant_id = $id and s.seq > w.until and s.type <> all($harmless::text[]))
       or exists (select from waiting where waiting.type <> all($harmless::text[])) as "changedSince"
   from whole w`,
);

/** The end of a tenant, as far as the system may bring it about: its data goes later, by the owner of the tables. */
export class TenantRemovalRepository {
  constructor(private readonly session: SystemSession) {}

  async ask(id: string, digest: string, at: Date): Promise<void> {
    await this.session.run(ASK, { id, digest, at });
  }

  async request(id: string): Promise<RemovalRequest | undefined> {
    const [row] = await this.session.run<RemovalRequest>(REQUEST, { id });
    return row;
  }

  async exportState(id: string): Promise<ExportState> {
    const [row] = await this.session.run<ExportState>(EXPORT_STATE, { id, harmless: HARMLESS });
    return row ?? { exported: false, changedSince: true };
  }

  /** Tenants that were removed before this time and are still in the tables. */
  async due(before: Date): Promise<string[]> {
    return (await this.session.run<{ id: string }>(DUE, { before })).map(({ id }) => id);
  }

  /** Its tokens are refused from now on. */
  async remove(id: string, at: Date): Promise<void> {
    await this.session.run(REVOKE_TOKENS, { id, at });
    await this.session.run(REMOVE, { id, at });
  }
}
