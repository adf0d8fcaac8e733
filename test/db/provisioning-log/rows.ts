import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { RecordedRequest } from '../../../src/domain/recorded-request.js';
import { ProvisioningWrites } from '../../../src/persistence/provisioning-writes.js';
import { recordedRow } from '../../../src/persistence/recorded-row.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

/** A database with a tenant that has connections, to write a log for. */
export class LogSpace {
  private constructor(
    readonly space: Workspace,
    readonly superuser: pg.Pool,
  ) {}

  static async open(): Promise<LogSpace> {
    const space = await openWorkspace();
    const logSpace = new LogSpace(space, new pg.Pool({ connectionString: space.database.superuserUrl, max: 2 }));
    await logSpace.rows(
      `insert into tenants (id, slug, name, settings, created_at, updated_at) values ($1, 'acme', 'Acme', '{}', now(), now())`,
      [space.tenantId],
    );
    await logSpace.connection(space.connectionId);
    return logSpace;
  }

  async connection(id = uuid()): Promise<string> {
    await this.rows(
      `insert into connections (tenant_id, id, name, idp, status, created_at, updated_at)
       values ($1, $2, $3, 'okta', 'enabled', now(), now())`,
      [this.space.tenantId, id, `okta-${id}`],
    );
    return id;
  }

  /** @param at ISO 8601 */
  request(at: string, more: Partial<RecordedRequest> = {}): RecordedRequest {
    const msecs = Date.parse(at);
    return {
      id: uuid({ msecs }),
      tenantId: this.space.tenantId,
      connectionId: this.space.connectionId,
      at: msecs,
      action: 'read-user',
      targetType: 'User',
      targetId: 'u-1',
      targetName: null,
      targetKey: 'u-1',
      status: 200,
      scimType: null,
      detail: null,
      cause: null,
      tolerances: [],
      durationMs: 1.5,
      requestId: 'r-1',
      body: null,
      clientAddress: null,
      notRecorded: null,
      repeats: null,
      ...more,
    };
  }

  write(requests: readonly RecordedRequest[]): Promise<void> {
    return new ProvisioningWrites(this.space.work.system).write(requests.map(recordedRow));
  }

  async rows<R extends object>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.superuser.query<R>(sql, [...values])).rows;
  }

  async close(): Promise<void> {
    await this.superuser.end();
    await this.space.close();
  }
}
