import { type DynamicModule, Module } from '@nestjs/common';
import type { NatsAddress } from '../config/nats-url.js';
import { BrokerRepository } from '../persistence/broker.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { BrokerMetrics } from './broker-metrics.js';
import { BrokerPublisher } from './broker-publisher.js';
import { NatsBroker } from './nats-broker.js';

@Module({})
class BrokerModule {}

/** Sealed events to a broker. Expects the global modules of config, persistence, http and events. */
export function brokerModule(address: NatsAddress): DynamicModule {
  return {
    module: BrokerModule,
    providers: [
      {
        provide: BrokerRepository,
        inject: [UnitOfWork],
        useFactory: ({ system }: UnitOfWork) => new BrokerRepository(system),
      },
      { provide: NatsBroker, useValue: new NatsBroker(address) },
      BrokerMetrics,
      BrokerPublisher,
    ],
  };
}
