import type { RecordedRow } from './recorded-row.js';
import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** Rows that go in one statement of removal. */
const BLOCK = 5000;

/**
 * Rows of all tenants and their figures, in one statement. What was written by an attempt that seemed to fail is not written twice and
 * not counted twice. Requests of a connection that is gone are dropped. Figures are locked in one order, so that several instances do
 * not wait for each other in a circle.
 */
const WRITE = systemStatement(
  'provisioning.write',
  `with written as (
      insert into provisioning_requests (tenant_id, connection_id, id, at, action, target_type, target_id, target_name, target_key,
        status, scim_type, detail, cause, tolerances, duration_ms, request_id, body, client_address,
        not_recorded, not_recorded_since, repeats, repeats_since)
      select s.tenant_id, s.connection_id, s.id, to_timestamp(s.at / 1000), s.action, s.target_type, s.target_id, s.target_name, s.target_key,
        s.status, s.scim_type, s.detail, s.cause, string_to_array(s.tolerances, ' '), s.duration_ms, s.request_id, s.body,
        s.client_address, s.not_recorded, to_timestamp(s.not_recorded_since / 1000),
        s.repeats, to_timestamp(s.repeats_since / 1000)
      from json_to_recordset($rows::json) as s (tenant_id uuid, connection_id uuid, id uuid, at double precision, action text,
          target_type text, target_id text, target_name text, target_key text, status smallint, scim_type text, detail text,
          cause text, tolerances text, duration_ms real, request_id text, body text, client_address text, not_recorded int,
          not_recorded_since double precision, repeats int, repeats_since double precision)
      join connections c on c.tenant_id = s.tenant_id and c.id = s.connection_id
      on conflict do nothing
      returning tenant_id, connection_id, at, status, repeats
    ), counted as (
      insert into provisioning_figures as f (tenant_id, connection_id, hour, requests, errors, last_success_at)
      select tenant_id, connection_id, date_trunc('hour', at, 'UTC') as hour, sum(coalesce(repeats, 1)),
        coalesce(sum(coalesce(repeats, 1)) filter (where status >= 400), 0),
        max(at) filter (where status < 400)
      from written where status is not null
      group by tenant_id, connection_id, hour order by tenant_id, connection_id, hour
      on conflict (tenant_id, connection_id, hour) do update
        set requests = f.requests + excluded.requests, errors = f.errors + excluded.errors,
          last_success_at = greatest(f.last_success_at, excluded.last_success_at)
    ) select`,
);

/** Of the partition for all others: days that have a partition of their own go with it. */
const REMOVE_BLOCK = systemStatement(
  'provisioning.remove_block',
  `delete from provisioning_requests r using (
      select tenant_id, connection_id, id from provisioning_requests where id < $before::uuid limit ${BLOCK}
    ) old where r.tenant_id = old.tenant_id and r.connection_id = old.connection_id and r.id = old.id
    returning 1`,
);

/** The last hour with a success stays, for whoever asks when that was; nothing stays of a connection that is gone. */
const REMOVE_FIGURES = systemStatement(
  'provisioning.remove_figures',
  `delete from provisioning_figures f
   where not exists (select from connections c where c.tenant_id = f.tenant_id and c.id = f.connection_id)
      or f.hour < $before::timestamptz and (f.last_success_at is null or exists (
        select from provisioning_figures later
        where later.tenant_id = f.tenant_id and later.connection_id = f.connection_id and later.hour > f.hour
          and later.last_success_at is not null))`,
);

/** The provisioning log as the system writes and shortens it, for all tenants. */
export class ProvisioningWrites {
  constructor(private readonly session: SystemSession) {}

  /** One statement for all. */
  async write(rows: readonly RecordedRow[]): Promise<void> {
    await this.session.run(WRITE, { rows: `[${rows.map(({ json }) => json).join()}]` });
  }

  /** Rows with a lesser id, wherever they are. @returns how many there were */
  async removeBefore(id: string): Promise<number> {
    let removed = 0;
    for (let block = BLOCK; block === BLOCK; removed += block) {
      block = (await this.session.run(REMOVE_BLOCK, { before: id })).length;
    }
    return removed;
  }

  async removeFiguresBefore(time: Date): Promise<void> {
    await this.session.run(REMOVE_FIGURES, { before: time });
  }
}
