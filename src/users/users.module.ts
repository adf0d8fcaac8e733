import { Module } from '@nestjs/common';
import { ListPaging } from '../http/list-paging.js';
import { RecentMembers } from './recent-members.js';
import { UserResource } from './user.resource.js';
import { UsersController } from './users.controller.js';
import { UsersProtocol } from './users.protocol.js';
import { UsersReader } from './users.reader.js';
import { UsersService } from './users.service.js';

/** `/scim/v2/Users`. Expects the global modules of config, persistence and http. */
@Module({
  controllers: [UsersController],
  providers: [UsersProtocol, UsersReader, UsersService, RecentMembers, UserResource, ListPaging],
  exports: [UsersProtocol],
})
export class UsersModule {}
