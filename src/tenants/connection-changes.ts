import type { Connection } from '../domain/connection.js';
import { assertRoom } from '../http/quota.js';
import { ConnectionsRepository } from '../persistence/connections.repository.js';
import { limitOf } from '../persistence/tenant-limits.js';
import { lockTenantAsSystem } from '../persistence/tenant-lock.js';
import type { SystemSession } from '../persistence/unit-of-work.js';
import { type AdminEvents, differenceOf, type Subject } from './admin-events.js';

/** What an admin sets of a connection. */
export type ConnectionSettings = Pick<Connection, 'name' | 'idp' | 'unknownMembers'>;
/** `unknownMembers` as the profile says it when absent. */
export type NewConnection = Pick<Connection, 'name' | 'idp'> & Partial<ConnectionSettings>;

/** Changes of connections in one transaction: each writes its row and its event. */
export class ConnectionChanges {
  private readonly connections: ConnectionsRepository;

  constructor(
    private readonly session: SystemSession,
    private readonly events: AdminEvents,
  ) {
    this.connections = new ConnectionsRepository(session);
  }

  /** @throws Problem 409 when the tenant has as many as it may have */
  async create(tenantId: string, { name, idp, unknownMembers = null }: NewConnection): Promise<Connection> {
    const maximum = limitOf(await lockTenantAsSystem(this.session, tenantId), 'idpConnections');
    assertRoom('idpConnections', await this.connections.count(tenantId), maximum);
    const at = this.events.at.toISOString();
    const id = this.events.newId();
    const settings = { name, idp, unknownMembers };
    const connection: Connection = { id, tenantId, ...settings, status: 'enabled', createdAt: at, updatedAt: at };
    await this.connections.create(connection);
    const told = { name, idp, ...(unknownMembers !== null && { unknownMembers }) };
    await this.events.made('connection.created', subjectOf(connection), told);
    return connection;
  }

  /** Locks it until the transaction ends. */
  find(tenantId: string, id: string): Promise<Connection | undefined> {
    return this.connections.findForChange(tenantId, id);
  }

  /** Another name, profile or setting. @returns the connection as it is now */
  revise(connection: Connection, wish: Partial<ConnectionSettings>): Promise<Connection> {
    return this.change(connection, wish, 'connection.updated');
  }

  /** @returns the connection as it is now */
  switch(connection: Connection, status: Connection['status']): Promise<Connection> {
    return this.change(connection, { status }, `connection.${status}`);
  }

  /** Whether a token of it is neither revoked nor expired. */
  hasGoodToken(connection: Connection): Promise<boolean> {
    return this.connections.hasGoodToken(connection, this.events.at);
  }

  private async change(
    connection: Connection,
    wish: Partial<Connection>,
    type: 'connection.updated' | 'connection.enabled' | 'connection.disabled',
  ): Promise<Connection> {
    const difference = differenceOf(connection, wish);
    if (!difference) return connection;
    const changed: Connection = { ...connection, ...difference.after, updatedAt: this.events.at.toISOString() };
    await this.connections.revise(changed);
    await this.events.changed(type, subjectOf(connection), difference);
    return changed;
  }
}

const subjectOf = ({ tenantId, id }: Connection): Subject => ({ tenantId, type: 'connection', id });
