import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../../http/management.js';
import { RequiresScope } from '../../http/route.js';
import { FederatedIdentityItem, FederatedIdentityList, FederatedIdentityWish } from '../dto/federated-identity.dto.js';
import { actingAs } from './acting.js';
import { FederatedIdentitiesService } from './federated-identities.service.js';

const ID = new IdOf('Service account');
const IDENTITY_ID = new IdOf('Federated identity');

/** `/api/v1/service-accounts/:id/federated-identities`: whom other issuers vouch for (RFC 7523). */
@ApiTags('Service accounts')
@ManagementController('service-accounts/:id/federated-identities')
export class FederatedIdentitiesController {
  constructor(private readonly identities: FederatedIdentitiesService) {}

  @Get()
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'List the federated identities of a service account' })
  @ApiOkResponse({ type: FederatedIdentityList, description: 'All, in the order of their creation.' })
  @ApiErrors(404)
  async list(@Call() { caller }: ManagementCall, @Param('id', ID) id: string): Promise<FederatedIdentityList> {
    return { items: await this.identities.list(caller, id) };
  }

  @Post()
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Trust an identity of another issuer',
    description:
      'Whoever shows the token endpoint an assertion of this issuer about this subject, made for this audience, gets an access token of the service account.',
  })
  @ApiCreatedResponse({ type: FederatedIdentityItem, description: 'The identity.' })
  @ApiErrors(404, 409, 422)
  add(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() wish: FederatedIdentityWish,
  ): Promise<FederatedIdentityItem> {
    return this.identities.add(actingAs(call), id, wish);
  }

  @Delete(':identityId')
  @HttpCode(204)
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Trust an identity no longer',
    description: 'The access tokens that were got with it end too, within a second.',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiErrors(404)
  remove(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Param('identityId', IDENTITY_ID) identityId: string,
  ): Promise<void> {
    return this.identities.remove(actingAs(call), id, identityId);
  }
}
