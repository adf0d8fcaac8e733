import { Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { allowedHosts } from '../http/allowed-hosts.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { WebhookDeliveriesRepository } from '../persistence/webhook-deliveries.repository.js';
import { WebhookPlanner } from './webhook.planner.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookWorker } from './webhook-worker.js';

/** Webhooks, from the endpoint to the delivery. Expects the global modules of config, persistence, http and events. */
@Module({
  controllers: [WebhookEndpointsController],
  providers: [
    {
      provide: WebhookDeliveriesRepository,
      inject: [UnitOfWork],
      useFactory: ({ system }: UnitOfWork) => new WebhookDeliveriesRepository(system),
    },
    {
      provide: WebhookSender,
      inject: [CONFIG],
      useFactory: (config: Config) => new WebhookSender(allowedHosts(config.webhookAllowedHosts)),
    },
    WebhookSecrets,
    WebhookCourier,
    WebhookMetrics,
    WebhookPlanner,
    WebhookWorker,
    WebhookEndpointsService,
    WebhookDeliveriesService,
  ],
})
export class WebhooksModule {}
