import { Module } from '@nestjs/common';
import { ConnectionsController } from './connections.controller.js';
import { TeamLinksService } from './team-links.service.js';
import { TeamsController } from './teams.controller.js';
import { TeamsReader } from './teams.reader.js';
import { ToleranceFlush } from './tolerance-flush.js';

/** The management API of a tenant, `/api/v1`. Expects the global modules of config, persistence and http. */
@Module({
  controllers: [TeamsController, ConnectionsController],
  providers: [TeamLinksService, TeamsReader, ToleranceFlush],
})
export class TenantsModule {}
