import { Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import { Changes, RequiresScope, ScimBody, ScimController } from '../http/route.js';
import { Call, type ScimCall } from '../http/scim-call.js';
import type { ScimReply } from '../http/scim-reply.js';
import type { JsonObject } from '../scim/index.js';
import { UsersProtocol } from './users.protocol.js';

/** `/scim/v2/Users` (RFC 7644 §3). */
@ScimController('Users')
export class UsersController {
  constructor(private readonly users: UsersProtocol) {}

  @Post()
  @Changes('members:write')
  create(@Call() call: ScimCall, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.users.create(call, body);
  }

  @Get()
  @RequiresScope('members:read')
  list(@Call() call: ScimCall): Promise<ScimReply> {
    return this.users.list(call);
  }

  @Post('.search')
  @HttpCode(200)
  @RequiresScope('members:read')
  search(@Call() call: ScimCall, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.users.search(call, body);
  }

  @Get(':id')
  @RequiresScope('members:read')
  read(@Call() call: ScimCall, @Param('id') id: string): Promise<ScimReply> {
    return this.users.read(call, id);
  }

  @Put(':id')
  @Changes('members:write')
  replace(@Call() call: ScimCall, @Param('id') id: string, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.users.replace(call, id, body);
  }

  @Patch(':id')
  @Changes('members:write')
  patch(@Call() call: ScimCall, @Param('id') id: string, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.users.patch(call, id, body);
  }

  @Delete(':id')
  @Changes('members:write')
  remove(@Call() call: ScimCall, @Param('id') id: string): Promise<ScimReply> {
    return this.users.remove(call, id);
  }
}
