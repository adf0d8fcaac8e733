import { Body, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, type ManagementCall, ManagementController } from '../http/management.js';
import { RequiresScope } from '../http/route.js';
import { authorOf } from './author.js';
import { settingsOf } from './dto/settings.dto.js';
import { TenantItem, TenantRevisionBody } from './dto/tenant.dto.js';
import { TenantAdministration } from './tenant-administration.js';

/** `/api/v1/tenant`: the tenant of the access token. */
@ApiTags('Tenant')
@ManagementController('tenant')
export class OwnTenantController {
  constructor(private readonly tenants: TenantAdministration) {}

  @Get()
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'Read the own tenant' })
  @ApiOkResponse({ type: TenantItem, description: 'The tenant with all its settings.' })
  get(@Call() { caller }: ManagementCall): Promise<TenantItem> {
    return this.tenants.get(caller.tenantId);
  }

  @Patch()
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Change the own tenant',
    description:
      'What is absent stays as it is. Requests under way may still see the settings as they were for a second.',
  })
  @ApiOkResponse({ type: TenantItem, description: 'The tenant as it is now.' })
  @ApiErrors(422)
  update(@Call() call: ManagementCall, @Body() { name, settings }: TenantRevisionBody): Promise<TenantItem> {
    const revision = { name, settings: settings && settingsOf(settings) };
    return this.tenants.update(authorOf(call), call.caller.tenantId, revision);
  }
}
