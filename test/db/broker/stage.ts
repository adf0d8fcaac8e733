import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { BrokerMetrics } from '../../../src/broker/broker-metrics.js';
import { BrokerPublisher } from '../../../src/broker/broker-publisher.js';
import { NatsBroker } from '../../../src/broker/nats-broker.js';
import { systemClock } from '../../../src/config/clock.js';
import { LimitCounter } from '../../../src/config/limit-counter.js';
import type { NatsAddress } from '../../../src/config/nats-url.js';
import type { DomainEvent } from '../../../src/domain/domain-event.js';
import { Metrics } from '../../../src/http/metrics.js';
import { BrokerRepository } from '../../../src/persistence/broker.repository.js';
import { appendSystemEvents } from '../../../src/persistence/events.repository.js';
import { TenantsService } from '../../../src/tenants/tenants.service.js';
import { relayOver, sealAll, someEvent } from '../../support/relays.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

export interface StageTenant {
  readonly id: string;
  readonly slug: string;
}

/** One instance's publisher, not started, with what it counts. */
export interface StagePublisher {
  readonly publisher: BrokerPublisher;
  readonly metrics: Metrics;
}

/** A database with tenants and sealed events, and publishers over it. */
export class Stage {
  readonly repository: BrokerRepository;
  /** What publishers said, as they said it. */
  readonly lines: string[] = [];
  private readonly publishers: BrokerPublisher[] = [];
  private names = 0;

  private constructor(
    readonly space: Workspace,
    private readonly superuser: pg.Pool,
  ) {
    this.repository = new BrokerRepository(space.work.system);
    const keep = (line: unknown) => void this.lines.push(String(line));
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  }

  static async open(): Promise<Stage> {
    const space = await openWorkspace();
    return new Stage(space, new pg.Pool({ connectionString: space.database.superuserUrl, max: 4 }));
  }

  async sql(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.superuser.query(sql, [...values])).rows;
  }

  /** A tenant with so many sealed events, the one of its making included. */
  async tenant(events: number): Promise<StageTenant> {
    this.names += 1;
    const tenants = new TenantsService(this.space.work, systemClock);
    const tenant = await tenants.createTenant(`tenant-${this.names}`);
    await this.happen(tenant, 0);
    await this.happen(tenant, events - 1);
    return tenant;
  }

  async happen({ id }: StageTenant, events: number, data: DomainEvent['data'] = {}): Promise<void> {
    await appendSystemEvents(
      this.space.work.system,
      id,
      Array.from({ length: events }, () => someEvent({ data })),
    );
    const relay = relayOver(this.space.work);
    await sealAll(relay);
    await relay.stop();
  }

  publisher(address: NatsAddress): StagePublisher {
    const metrics = new Metrics(new LimitCounter());
    const broker = new NatsBroker(address);
    const publisher = new BrokerPublisher(this.repository, broker, new BrokerMetrics(metrics), systemClock);
    this.publishers.push(publisher);
    return { publisher, metrics };
  }

  /** Ids of a tenant's events in the order of their seals. */
  async ids({ id }: StageTenant): Promise<unknown[]> {
    const rows = await this.sql('select event_id from seals where tenant_id = $1 order by seq', [id]);
    return rows.map((row) => row.event_id);
  }

  async cursor({ id }: StageTenant): Promise<number> {
    const [row] = await this.sql('select seq from broker_cursors where tenant_id = $1', [id]);
    return Number(row?.seq ?? 0);
  }

  /** Resolves when what is sealed of the tenant has been noted as acknowledged. */
  async caughtUp(tenant: StageTenant): Promise<void> {
    const sealed = (await this.ids(tenant)).length;
    while ((await this.cursor(tenant)) < sealed) await pause(20);
  }

  /** As after the holder's death and the time that the lease allows it. */
  async expireLease(): Promise<void> {
    await this.sql(`update leases set expires_at = now() where name = 'broker'`);
  }

  /** Ends all publishers and forgets what happened. */
  async clear(): Promise<void> {
    await Promise.all(this.publishers.splice(0).map((publisher) => publisher.stop()));
    await this.sql('truncate tenants, outbox, seals, events, leases cascade');
    this.lines.length = 0;
  }

  async close(): Promise<void> {
    await this.superuser.end();
    await this.space.close();
  }
}

export async function publishAll({ publisher }: StagePublisher): Promise<void> {
  while ((await publisher.round()) > 0);
}
