import { Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import { Changes, RequiresScope, ScimBody, ScimController } from '../http/route.js';
import { Call, type ScimCall } from '../http/scim-call.js';
import type { ScimReply } from '../http/scim-reply.js';
import type { JsonObject } from '../scim/index.js';
import { GroupsProtocol } from './groups.protocol.js';

/** `/scim/v2/Groups` (RFC 7644 §3). */
@ScimController('Groups')
export class GroupsController {
  constructor(private readonly groups: GroupsProtocol) {}

  @Post()
  @Changes('teams:write')
  create(@Call() call: ScimCall, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.groups.create(call, body);
  }

  @Get()
  @RequiresScope('teams:read')
  list(@Call() call: ScimCall): Promise<ScimReply> {
    return this.groups.list(call);
  }

  @Post('.search')
  @HttpCode(200)
  @RequiresScope('teams:read')
  search(@Call() call: ScimCall, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.groups.search(call, body);
  }

  @Get(':id')
  @RequiresScope('teams:read')
  read(@Call() call: ScimCall, @Param('id') id: string): Promise<ScimReply> {
    return this.groups.read(call, id);
  }

  @Put(':id')
  @Changes('teams:write')
  replace(@Call() call: ScimCall, @Param('id') id: string, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.groups.replace(call, id, body);
  }

  @Patch(':id')
  @Changes('teams:write')
  patch(@Call() call: ScimCall, @Param('id') id: string, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.groups.patch(call, id, body);
  }

  @Delete(':id')
  @Changes('teams:write')
  remove(@Call() call: ScimCall, @Param('id') id: string): Promise<ScimReply> {
    return this.groups.remove(call, id);
  }
}
