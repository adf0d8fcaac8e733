import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../../http/management.js';
import { RequiresScope } from '../../http/route.js';
import { AccountPageQuery } from '../dto/page.dto.js';
import {
  ServiceAccountItem,
  ServiceAccountPage,
  ServiceAccountRevision,
  ServiceAccountWish,
} from '../dto/service-account.dto.js';
import { actingAs } from './acting.js';
import { ServiceAccountsService } from './service-accounts.service.js';

const ID = new IdOf('Service account');

/** `/api/v1/service-accounts`: who may be given access tokens. */
@ApiTags('Service accounts')
@ManagementController('service-accounts')
export class ServiceAccountsController {
  constructor(private readonly accounts: ServiceAccountsService) {}

  @Get()
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'List service accounts', description: 'In the order of their creation.' })
  @ApiOkResponse({ type: ServiceAccountPage, description: 'One page.' })
  @ApiErrors(422)
  list(@Call() { caller }: ManagementCall, @Query() page: AccountPageQuery): Promise<ServiceAccountPage> {
    return this.accounts.list(caller, page);
  }

  @Post()
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Add a service account',
    description: 'It is also a client of the OAuth token endpoint; its id is the `client_id`.',
  })
  @ApiCreatedResponse({ type: ServiceAccountItem, description: 'The new service account, without any token.' })
  @ApiErrors(409, 422)
  create(@Call() call: ManagementCall, @Body() wish: ServiceAccountWish): Promise<ServiceAccountItem> {
    return this.accounts.create(actingAs(call), wish);
  }

  @Get(':id')
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'Read a service account' })
  @ApiOkResponse({ type: ServiceAccountItem, description: 'The service account.' })
  @ApiErrors(404)
  get(@Call() { caller }: ManagementCall, @Param('id', ID) id: string): Promise<ServiceAccountItem> {
    return this.accounts.get(caller, id);
  }

  @Patch(':id')
  @RequiresScope('tenant:admin')
  @ApiOperation({ summary: 'Change a service account', description: 'What is absent stays as it is.' })
  @ApiOkResponse({ type: ServiceAccountItem, description: 'The service account as it is now.' })
  @ApiErrors(404, 422)
  update(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() wish: ServiceAccountRevision,
  ): Promise<ServiceAccountItem> {
    return this.accounts.update(actingAs(call), id, wish);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Remove a service account',
    description: 'Its tokens and secrets end with it, within a second.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiErrors(404)
  remove(@Call() call: ManagementCall, @Param('id', ID) id: string): Promise<void> {
    return this.accounts.remove(actingAs(call), id);
  }
}
