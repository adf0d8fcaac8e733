import { Module } from '@nestjs/common';
import { ConnectionRemoval } from './connection-removal.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { OwnTenantController } from './own-tenant.controller.js';
import { PlatformTenantsController } from './platform-tenants.controller.js';
import { TeamLinksService } from './team-links.service.js';
import { TeamsController } from './teams.controller.js';
import { TeamsReader } from './teams.reader.js';
import { TenantAdministration } from './tenant-administration.js';
import { TenantRemoval } from './tenant-removal.js';
import { ToleranceFlush } from './tolerance-flush.js';
import { TolerancesController } from './tolerances.controller.js';

/** Tenants and what they have, in the management API, `/api/v1`. Expects the global modules of config, persistence and http. */
@Module({
  controllers: [
    PlatformTenantsController,
    OwnTenantController,
    ConnectionsController,
    TolerancesController,
    TeamsController,
  ],
  providers: [
    TenantAdministration,
    TenantRemoval,
    ConnectionsService,
    ConnectionRemoval,
    TeamLinksService,
    TeamsReader,
    ToleranceFlush,
  ],
})
export class TenantsModule {}
