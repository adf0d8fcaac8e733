import { Module } from '@nestjs/common';
import { MailDispatcher } from './mail-dispatcher.js';
import { MailGatherer } from './mail-gatherer.js';
import { MailMetrics } from './mail-metrics.js';
import { MailQueue } from './mail-queue.js';
import { MailWorker } from './mail-worker.js';
import { NotificationPlanner } from './notification.planner.js';
import { Recipients } from './recipients.js';
import { TokenExpiryWarner } from './token-expiry-warner.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/** E-mail to people, from the event to the mail. Expects the global modules of config, persistence, http and events. */
@Module({
  controllers: [UnsubscribeController],
  providers: [
    NotificationPlanner,
    MailGatherer,
    TokenExpiryWarner,
    UnsubscribeService,
    Recipients,
    MailMetrics,
    MailQueue,
    MailDispatcher,
    MailWorker,
  ],
})
export class NotificationsModule {}
