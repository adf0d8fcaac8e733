import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Connection } from '../domain/connection.js';
import { BaseUrl } from '../http/base-url.js';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { authorOf } from './author.js';
import { ConnectionRemoval } from './connection-removal.js';
import { ConnectionsService, type EnabledConnection } from './connections.service.js';
import {
  ConnectionDetailItem,
  ConnectionItem,
  ConnectionPage,
  ConnectionRemovalQuery,
  ConnectionRevision,
  ConnectionWishBody,
  EnableBody,
  EnabledConnectionItem,
} from './dto/connection.dto.js';
import { PageQuery } from './dto/page.dto.js';
import { SetupAnswer } from './dto/setup.dto.js';
import { toleranceItems } from './dto/tolerance.dto.js';

const ID = new IdOf('Connection');

/** `/api/v1/connections`: the identity providers of the own tenant. */
@ApiTags('Connections')
@ManagementController('connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly removal: ConnectionRemoval,
    private readonly baseUrl: BaseUrl,
  ) {}

  @Get()
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'List connections', description: 'In the order of their creation.' })
  @ApiOkResponse({ type: ConnectionPage, description: 'One page.' })
  @ApiErrors(422)
  async list(@Call() { caller }: ManagementCall, @Query() page: PageQuery): Promise<ConnectionPage> {
    const { items, next } = await this.connections.page(caller.tenantId, page);
    return { items: items.map(itemOf), next };
  }

  @Post()
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Make a connection',
    description:
      'For one identity provider. The answer holds what it needs: the SCIM URL and a token, shown this once.',
  })
  @ApiCreatedResponse({ type: EnabledConnectionItem, description: 'The new connection, enabled.' })
  @ApiErrors(409, 422)
  async create(@Call() call: ManagementCall, @Body() wish: ConnectionWishBody): Promise<EnabledConnectionItem> {
    return this.enabled(await this.connections.create(authorOf(call), call.caller.tenantId, wish));
  }

  @Get(':id')
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'Read a connection', description: 'With whom it manages and how it does.' })
  @ApiOkResponse({ type: ConnectionDetailItem, description: 'The connection as it is now.' })
  @ApiErrors(404)
  async get(@Call() { caller }: ManagementCall, @Param('id', ID) id: string): Promise<ConnectionDetailItem> {
    const { manages, figures, tolerances, ...connection } = await this.connections.detail(caller.tenantId, id);
    return { ...itemOf(connection), manages, ...figures, tolerances: toleranceItems(tolerances) };
  }

  @Patch(':id')
  @RequiresScope('tenant:admin')
  @ApiOperation({ summary: 'Rename a connection, or give it another profile' })
  @ApiOkResponse({ type: ConnectionItem, description: 'The connection as it is now.' })
  @ApiErrors(404, 409, 422)
  async update(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() wish: ConnectionRevision,
  ): Promise<ConnectionItem> {
    return itemOf(await this.connections.update(authorOf(call), call.caller.tenantId, id, wish));
  }

  @Post(':id/enable')
  @HttpCode(200)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Enable a connection',
    description: 'With a new token, shown this once, when no other is good or when one is asked for.',
  })
  @ApiOkResponse({ type: EnabledConnectionItem, description: 'The connection, enabled.' })
  @ApiErrors(404, 409, 422)
  async enable(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() wish: EnableBody,
  ): Promise<EnabledConnectionItem> {
    return this.enabled(await this.connections.enable(authorOf(call), call.caller.tenantId, id, wish));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Disable a connection',
    description: 'Within a second its tokens are refused, on every instance. Whom it manages stays as they are.',
  })
  @ApiOkResponse({ type: ConnectionItem, description: 'The connection, disabled.' })
  @ApiErrors(404)
  async disable(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<ConnectionItem> {
    return itemOf(await this.connections.disable(authorOf(call), call.caller.tenantId, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Remove a connection',
    description:
      'Its tokens end, its teams stay and nobody manages them. Refused while it manages active members, unless `members` says what becomes of them.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiErrors(404, 409, 422)
  remove(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Query() { members }: ConnectionRemovalQuery,
  ): Promise<void> {
    return this.removal.remove(authorOf(call), call.caller.tenantId, id, members);
  }

  @Get(':id/setup')
  @RequiresScope('tenant:read')
  @ApiOperation({
    summary: 'How to set the identity provider up',
    description: 'Step by step, with the values of this connection, and the attributes to map.',
  })
  @ApiOkResponse({ type: SetupAnswer, description: 'The guide.' })
  @ApiErrors(404)
  setup(@Call() { caller }: ManagementCall, @Param('id', ID) id: string): Promise<SetupAnswer> {
    return this.connections.setup(caller.tenantId, id, this.baseUrl.scim);
  }

  private enabled({ connection, issued }: EnabledConnection): EnabledConnectionItem {
    return {
      ...itemOf(connection),
      scimUrl: this.baseUrl.scim,
      token: issued?.token ?? null,
      tokenId: issued?.tokenId ?? null,
      tokenExpiresAt: issued?.expiresAt.toISOString() ?? null,
    };
  }
}

function itemOf({ id, name, idp, unknownMembers, status, createdAt, updatedAt }: Connection): ConnectionItem {
  return { id, name, idp, unknownMembers, status, createdAt, updatedAt };
}
