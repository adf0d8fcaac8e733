import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { UsersModule } from '../users/users.module.js';
import { BulkController } from './bulk.controller.js';
import { BulkService } from './bulk.service.js';
import { ResourceEndpoints } from './resource-endpoints.js';
import { RootController } from './root.controller.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';

/** What is about several resource types at once: `/scim/v2/Bulk` and `/scim/v2/.search`. */
@Module({
  imports: [AuthModule, UsersModule, GroupsModule],
  controllers: [BulkController, SearchController, RootController],
  providers: [BulkService, SearchService, ResourceEndpoints],
})
export class BulkModule {}
