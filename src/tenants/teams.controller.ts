import { Body, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { NamePageQuery, PageQuery } from './dto/page.dto.js';
import { TeamPage } from './dto/team.dto.js';
import { GrantItem, GrantPage } from './dto/team-grant.dto.js';
import { LinkItem, LinkPage, LinkWish } from './dto/team-link.dto.js';
import { TeamMemberPage } from './dto/team-member.dto.js';
import { type Put as Outcome, TeamLinksService } from './team-links.service.js';
import { TeamsReader } from './teams.reader.js';

/** `/api/v1/teams`: what identity providers push as groups and what admins make of it. */
@ApiTags('Teams')
@ManagementController('teams')
export class TeamsController {
  constructor(
    private readonly reader: TeamsReader,
    private readonly changes: TeamLinksService,
  ) {}

  @Get()
  @RequiresScope('teams:read')
  @ApiOperation({ summary: 'List teams', description: 'In the order of their creation, without counting members.' })
  @ApiOkResponse({ type: TeamPage, description: 'One page.' })
  @ApiErrors(422)
  list(@Call() call: ManagementCall, @Query() page: PageQuery): Promise<TeamPage> {
    return this.reader.teams(call, page);
  }

  @Get(':id/members')
  @RequiresScope('teams:read')
  @ApiOperation({
    summary: 'List the members of a team',
    description:
      'Effective members: those of the team itself and those of its linked groups, each with the highest permission and everything that gives one.',
  })
  @ApiOkResponse({ type: TeamMemberPage, description: 'One page, in the order of the account ids.' })
  @ApiErrors(404, 422)
  members(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Team')) id: string,
    @Query() page: PageQuery,
  ): Promise<TeamMemberPage> {
    return this.reader.members(call, id, page);
  }

  @Get(':id/links')
  @RequiresScope('teams:read')
  @ApiOperation({ summary: 'List the groups linked to a team' })
  @ApiOkResponse({ type: LinkPage, description: 'One page, in the order of the group ids.' })
  @ApiErrors(404, 422)
  links(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Team')) id: string,
    @Query() page: PageQuery,
  ): Promise<LinkPage> {
    return this.reader.links(call, id, page);
  }

  @Put(':id/links/:groupId')
  @RequiresScope('teams:write')
  @ApiOperation({
    summary: 'Link a group to a team',
    description:
      'The members of the group get the permission in the team for as long as they are in the group. Links are one level: who is in the group only through a link of its own gets nothing.',
  })
  @ApiOkResponse({ type: LinkItem, description: 'The link, which was there before.' })
  @ApiCreatedResponse({ type: LinkItem, description: 'The new link.' })
  @ApiErrors(404, 409, 422)
  async putLink(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Team')) teamId: string,
    @Param('groupId', new IdOf('Group')) groupId: string,
    @Body() { permission }: LinkWish,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LinkItem> {
    return answer(reply, await this.changes.putLink(call, { teamId, groupId }, permission));
  }

  @Delete(':id/links/:groupId')
  @HttpCode(204)
  @RequiresScope('teams:write')
  @ApiOperation({
    summary: 'Unlink a group from a team',
    description: 'Whoever is in the team by nothing else leaves it; what other ways give stays.',
  })
  @ApiNoContentResponse({ description: 'Unlinked.' })
  @ApiErrors(404, 409)
  async removeLink(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Link')) teamId: string,
    @Param('groupId', new IdOf('Link')) groupId: string,
  ): Promise<void> {
    await this.changes.removeLink(call, { teamId, groupId });
  }

  @Get(':id/grants')
  @RequiresScope('teams:read')
  @ApiOperation({ summary: 'List the grants of a team' })
  @ApiOkResponse({ type: GrantPage, description: 'One page, in the order of the names.' })
  @ApiErrors(404, 422)
  grants(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Team')) id: string,
    @Query() page: NamePageQuery,
  ): Promise<GrantPage> {
    return this.reader.grants(call, id, page);
  }

  @Get(':id/grants/:name')
  @RequiresScope('teams:read')
  @ApiOperation({ summary: 'Read a grant of a team' })
  @ApiOkResponse({ type: GrantItem, description: 'The team has it.' })
  @ApiErrors(404)
  grant(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Grant')) id: string,
    @Param('name') name: string,
  ): Promise<GrantItem> {
    return this.reader.grant(call, id, name);
  }

  @Put(':id/grants/:name')
  @RequiresScope('teams:write')
  @ApiOperation({
    summary: 'Grant something to a team',
    description: 'Every effective member holds it; what the name means is the business of whoever asks for it.',
  })
  @ApiOkResponse({ type: GrantItem, description: 'The team had it before.' })
  @ApiCreatedResponse({ type: GrantItem, description: 'The team has it now.' })
  @ApiErrors(404, 409, 422)
  async putGrant(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Team')) teamId: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GrantItem> {
    return answer(reply, await this.changes.putGrant(call, { teamId, name }));
  }

  @Delete(':id/grants/:name')
  @HttpCode(204)
  @RequiresScope('teams:write')
  @ApiOperation({ summary: 'Take a grant from a team' })
  @ApiNoContentResponse({ description: 'Taken.' })
  @ApiErrors(404)
  async removeGrant(
    @Call() call: ManagementCall,
    @Param('id', new IdOf('Grant')) teamId: string,
    @Param('name') name: string,
  ): Promise<void> {
    await this.changes.removeGrant(call, { teamId, name });
  }
}

/** 201 for what is new (RFC 9110 §9.3.4). */
function answer<T>(reply: FastifyReply, { created, item }: Outcome<T>): T {
  if (created) reply.code(201);
  return item;
}
