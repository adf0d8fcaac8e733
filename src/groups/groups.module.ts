import { Module } from '@nestjs/common';
import { ListPaging } from '../http/list-paging.js';
import { GroupResource } from './group.resource.js';
import { GroupsController } from './groups.controller.js';
import { GroupsProtocol } from './groups.protocol.js';
import { GroupsReader } from './groups.reader.js';
import { GroupsService } from './groups.service.js';

/** `/scim/v2/Groups`. Expects the global modules of config, persistence and http. */
@Module({
  controllers: [GroupsController],
  providers: [GroupsProtocol, GroupsReader, GroupsService, GroupResource, ListPaging],
  exports: [GroupsProtocol],
})
export class GroupsModule {}
