import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { EventDocsController } from './event-docs.controller.js';
import { FeedController } from './feed.controller.js';
import { FeedService } from './feed.service.js';
import { SealWatcher } from './seal-watcher.js';

/** Events for other services. Expects the global modules of config, persistence and http. */
@Module({
  imports: [AuthModule],
  controllers: [FeedController, EventDocsController],
  providers: [SealWatcher, FeedService],
})
export class FeedModule {}
