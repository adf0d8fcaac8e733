import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, IdOf, ManagementController, OfPlatform, type PlatformCall } from '../http/management.js';
import { RequiresPlatform } from '../http/route.js';
import { operatorOf } from './author.js';
import { PageQuery } from './dto/page.dto.js';
import { settingsOf } from './dto/settings.dto.js';
import {
  AdminToken,
  AdminTokenWish,
  OperatorRevisionBody,
  RemovalAnswer,
  RemovalQuery,
  RemovalWish,
  TenantItem,
  TenantPage,
  TenantWish,
} from './dto/tenant.dto.js';
import { TenantAdministration } from './tenant-administration.js';
import { TenantRemoval } from './tenant-removal.js';

const ID = new IdOf('Tenant');

/** `/api/v1/tenants`: all tenants, for those who run the installation. */
@ApiTags('Platform')
@ManagementController('tenants')
@RequiresPlatform()
export class PlatformTenantsController {
  constructor(
    private readonly tenants: TenantAdministration,
    private readonly removal: TenantRemoval,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Make a tenant',
    description: 'Settings that are not named are as by default. A token for its first admin is the next step.',
  })
  @ApiCreatedResponse({ type: TenantItem, description: 'The new tenant.' })
  @ApiErrors(409, 422)
  create(@OfPlatform() call: PlatformCall, @Body() { slug, name, settings }: TenantWish): Promise<TenantItem> {
    return this.tenants.create(operatorOf(call), {
      slug,
      name: name ?? slug,
      settings: settings ? settingsOf(settings) : {},
    });
  }

  @Get()
  @ApiOperation({ summary: 'List all tenants', description: 'In the order of their creation.' })
  @ApiOkResponse({ type: TenantPage, description: 'One page.' })
  @ApiErrors(422)
  list(@Query() page: PageQuery): Promise<TenantPage> {
    return this.tenants.page(page);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a tenant' })
  @ApiOkResponse({ type: TenantItem, description: 'The tenant with all its settings.' })
  @ApiErrors(404)
  get(@Param('id', ID) id: string): Promise<TenantItem> {
    return this.tenants.get(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a tenant',
    description: 'What is absent stays as it is. Only an operator sets limits; null is the default again.',
  })
  @ApiOkResponse({ type: TenantItem, description: 'The tenant as it is now.' })
  @ApiErrors(404, 422)
  update(
    @OfPlatform() call: PlatformCall,
    @Param('id', ID) id: string,
    @Body() { name, settings, limits }: OperatorRevisionBody,
  ): Promise<TenantItem> {
    return this.tenants.update(operatorOf(call), id, { name, settings: settings && settingsOf(settings), limits });
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Suspend a tenant',
    description: 'Within a second all its tokens are refused, on every instance. What it has stays.',
  })
  @ApiOkResponse({ type: TenantItem, description: 'The tenant as it is now.' })
  @ApiErrors(404)
  suspend(@OfPlatform() call: PlatformCall, @Param('id', ID) id: string): Promise<TenantItem> {
    return this.tenants.suspend(operatorOf(call), id);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a tenant', description: 'Tokens that have not expired are taken again.' })
  @ApiOkResponse({ type: TenantItem, description: 'The tenant as it is now.' })
  @ApiErrors(404)
  resume(@OfPlatform() call: PlatformCall, @Param('id', ID) id: string): Promise<TenantItem> {
    return this.tenants.resume(operatorOf(call), id);
  }

  @Post(':id/admin-token')
  @ApiOperation({
    summary: 'Make an access token for an admin of a tenant',
    description:
      'A service account with the scope `tenant:admin` and its token: how a new tenant gets its first admin, and how one that lost all tokens gets in again.',
  })
  @ApiCreatedResponse({ type: AdminToken, description: 'The token.' })
  @ApiErrors(404, 422)
  async adminToken(
    @OfPlatform() call: PlatformCall,
    @Param('id', ID) id: string,
    @Body() { expires }: AdminTokenWish,
  ): Promise<AdminToken> {
    const issued = await this.tenants.issueAdminToken(operatorOf(call), id, expires);
    return { ...issued, expiresAt: issued.expiresAt.toISOString() };
  }

  @Post(':id/removal')
  @ApiOperation({
    summary: 'Ask for the removal of a tenant',
    description:
      'Of a suspended tenant whose whole audit log was exported; nothing may have changed since. The answer holds the code that confirms the removal.',
  })
  @ApiCreatedResponse({ type: RemovalAnswer, description: 'What confirms the removal.' })
  @ApiErrors(404, 409, 422)
  askRemoval(
    @OfPlatform() call: PlatformCall,
    @Param('id', ID) id: string,
    @Body() { slug }: RemovalWish,
  ): Promise<RemovalAnswer> {
    return this.removal.ask(operatorOf(call), id, slug);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a tenant',
    description:
      'Its tokens are dead at once. An hour later everything that it has is deleted: members, teams, events, the audit log. Its slug is free an hour after that.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiErrors(404, 409, 422)
  remove(
    @OfPlatform() call: PlatformCall,
    @Param('id', ID) id: string,
    @Query() { confirmation }: RemovalQuery,
  ): Promise<void> {
    return this.removal.remove(operatorOf(call), id, confirmation);
  }
}
