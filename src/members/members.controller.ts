import { Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { MemberAnswer, MemberPage, MemberQuery } from './dto/member.dto.js';
import { MemberAccessAnswer } from './dto/member-access.dto.js';
import { MembersReader } from './members.reader.js';

/** `/api/v1/members`; ids are those of the accounts, not of Users on the wire. */
@ApiTags('Members')
@ManagementController('members')
@RequiresScope('members:read')
export class MembersController {
  constructor(private readonly reader: MembersReader) {}

  @Get()
  @ApiOperation({
    summary: 'List members',
    description:
      'In the order of their creation. What is searched for is read from indexes: a page costs what it finds, not what the tenant holds. `linked=false` lists those whom no identity provider manages.',
  })
  @ApiOkResponse({ type: MemberPage, description: 'One page.' })
  @ApiErrors(422)
  list(@Call() { caller }: ManagementCall, @Query() query: MemberQuery): Promise<MemberPage> {
    const { search: beginning, connection: connectionId, linked, active, removed, ...page } = query;
    return this.reader.list(caller.tenantId, { beginning, connectionId, linked, active, removed }, page);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Read a member',
    description: 'With who manages it and since when, all attributes, and what it may do and why.',
  })
  @ApiOkResponse({ type: MemberAnswer, description: 'The member as it is now.' })
  @ApiErrors(404)
  get(@Call() { caller }: ManagementCall, @Param('id', new IdOf('Member')) id: string): Promise<MemberAnswer> {
    return this.reader.get(caller.tenantId, id);
  }

  @Get(':id/access')
  @ApiOperation({
    summary: 'What a member may do, and why',
    description:
      'Every team with the effective permission and its provenance, and the union of the grants with the teams they come from. An inactive member may do nothing.',
  })
  @ApiOkResponse({ type: MemberAccessAnswer, description: 'The access as it is now.' })
  @ApiErrors(404)
  access(@Call() { caller }: ManagementCall, @Param('id', new IdOf('Member')) id: string): Promise<MemberAccessAnswer> {
    return this.reader.access(caller.tenantId, id);
  }
}
