import { Body, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { type Acting, actingIn } from './acting.js';
import { MemberAnswer } from './dto/member.dto.js';
import { ActivityBody, BreakGlassBody, ErasureBody, ExternalIdBody, LinkBody } from './dto/member-change.dto.js';
import { MembersReader } from './members.reader.js';
import { MembersService } from './members.service.js';

const ID = new IdOf('Member');
const AS_IT_IS = { type: MemberAnswer, description: 'The member as it is now.' };

/** What an admin does to a member. The token of an identity provider, which may write members, may none of it. */
@ApiTags('Members')
@ManagementController('members')
@RequiresScope('tenant:admin')
export class MemberChangesController {
  constructor(
    private readonly members: MembersService,
    private readonly reader: MembersReader,
  ) {}

  @Post(':id/link')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Link a member to a connection',
    description:
      'From then on the connection manages it. The identity provider finds the person by its POST too, which is answered 201 this once. Whoever is linked to another connection has to be unlinked first.',
  })
  @ApiOkResponse(AS_IT_IS)
  @ApiErrors(404, 409, 422)
  link(@Call() call: ManagementCall, @Param('id', ID) id: string, @Body() wish: LinkBody): Promise<MemberAnswer> {
    return this.changed(call, id, (by) => this.members.link(by, id, wish));
  }

  @Post(':id/unlink')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Unlink a member',
    description:
      'Nobody manages it any more; it keeps its access, its teams and its attributes but for externalId. Under the adoption policy `link` its identity provider takes it back by the next change.',
  })
  @ApiOkResponse(AS_IT_IS)
  @ApiErrors(404, 409)
  unlink(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<MemberAnswer> {
    return this.changed(call, id, (by) => this.members.unlink(by, id));
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'End the access of a member',
    description:
      'The member stays, with its teams. Refused for whom a connection manages (409, `connectionId` says which) unless `override` is sent.',
  })
  @ApiBody({ type: ActivityBody, required: false })
  @ApiOkResponse(AS_IT_IS)
  @ApiErrors(404, 409, 422)
  deactivate(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { override }: ActivityBody,
  ): Promise<MemberAnswer> {
    return this.changed(call, id, (by) => this.members.setActive(by, id, false, override));
  }

  @Post(':id/reactivate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a member its access back', description: 'Refused as the end of an access is.' })
  @ApiBody({ type: ActivityBody, required: false })
  @ApiOkResponse(AS_IT_IS)
  @ApiErrors(404, 409, 422)
  reactivate(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { override }: ActivityBody,
  ): Promise<MemberAnswer> {
    return this.changed(call, id, (by) => this.members.setActive(by, id, true, override));
  }

  @Put(':id/external-id')
  @ApiOperation({
    summary: 'Change the externalId of a member',
    description:
      'For identity providers that changed what they map to it. No other member of the connection may have it (409).',
  })
  @ApiOkResponse(AS_IT_IS)
  @ApiErrors(404, 409, 422)
  setExternalId(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { externalId }: ExternalIdBody,
  ): Promise<MemberAnswer> {
    return this.changed(call, id, (by) => this.members.setExternalId(by, id, externalId));
  }

  @Put(':id/break-glass')
  @ApiOperation({
    summary: 'Put a member out of the reach of SCIM, or back into it',
    description:
      'SCIM reads a break-glass member and can neither change, deactivate, adopt nor remove it. Whom a connection manages has to be unlinked first.',
  })
  @ApiOkResponse(AS_IT_IS)
  @ApiErrors(404, 409, 422)
  setBreakGlass(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { breakGlass }: BreakGlassBody,
  ): Promise<MemberAnswer> {
    return this.changed(call, id, (by) => this.members.setBreakGlass(by, id, breakGlass));
  }

  @Post(':id/erase')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Erase a member',
    description:
      'For good: personal data goes, ids and times stay, every team is left, the id is unknown from then on. Events that were told before keep what they told until they are too old to be kept.',
  })
  @ApiNoContentResponse({ description: 'Erased.' })
  @ApiErrors(404, 409, 422)
  erase(@Call() call: ManagementCall, @Param('id', ID) id: string, @Body() { userName }: ErasureBody): Promise<void> {
    return this.members.erase(actingIn(call), id, userName);
  }

  private async changed(
    call: ManagementCall,
    id: string,
    change: (by: Acting) => Promise<void>,
  ): Promise<MemberAnswer> {
    await change(actingIn(call));
    return this.reader.get(call.caller.tenantId, id);
  }
}
