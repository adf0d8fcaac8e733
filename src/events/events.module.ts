import { Global, Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { RelayRepository } from '../persistence/relay.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { Relay } from './relay.js';
import { RelayMetrics } from './relay-metrics.js';

/** From committed events to sealed ones. Expects the global modules of config, persistence and http. */
@Global()
@Module({
  imports: [EventEmitterModule.forRoot({ wildcard: false })],
  providers: [
    {
      provide: RelayRepository,
      inject: [UnitOfWork],
      useFactory: ({ system }: UnitOfWork) => new RelayRepository(system),
    },
    Relay,
    RelayMetrics,
  ],
  exports: [Relay],
})
export class EventsModule {}
