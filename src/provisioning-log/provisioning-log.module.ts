import { Module } from '@nestjs/common';
import { ProvisioningWrites } from '../persistence/provisioning-writes.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { LogMetrics } from './log-metrics.js';
import { LogWriter } from './log-writer.js';
import { ProvisioningLogController } from './provisioning-log.controller.js';
import { ProvisioningLogService } from './provisioning-log.service.js';
import { RequestObserver } from './request-observer.js';

/** Records the requests of identity providers and shows them. Expects the global modules of config, persistence and http. */
@Module({
  controllers: [ProvisioningLogController],
  providers: [
    {
      provide: ProvisioningWrites,
      inject: [UnitOfWork],
      useFactory: ({ system }: UnitOfWork) => new ProvisioningWrites(system),
    },
    LogMetrics,
    LogWriter,
    RequestObserver,
    ProvisioningLogService,
  ],
})
export class ProvisioningLogModule {}
