import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { MemberAccessAnswer } from './dto/member-access.dto.js';
import { TeamsReader } from './teams.reader.js';

/** `/api/v1/members`; ids are those of the accounts, not of Users on the wire. */
@ApiTags('Members')
@ManagementController('members')
export class MembersController {
  constructor(private readonly reader: TeamsReader) {}

  @Get(':id/access')
  @RequiresScope('members:read')
  @ApiOperation({
    summary: 'What a member may do, and why',
    description:
      'Every team with the effective permission and its provenance, and the union of the grants with the teams they come from. An inactive member may do nothing.',
  })
  @ApiOkResponse({ type: MemberAccessAnswer, description: 'The access as it is now.' })
  @ApiErrors(404)
  access(@Call() call: ManagementCall, @Param('id', new IdOf('Member')) id: string): Promise<MemberAccessAnswer> {
    return this.reader.access(call, id);
  }
}
