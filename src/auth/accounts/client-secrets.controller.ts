import { Body, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../../http/management.js';
import { RequiresScope } from '../../http/route.js';
import {
  ClientSecretItem,
  ClientSecretList,
  CredentialWish,
  NewClientSecretItem,
  RotatedSecretItem,
  RotationBody,
} from '../dto/credential.dto.js';
import { actingAs } from './acting.js';
import { ClientSecretsService } from './client-secrets.service.js';
import { lifetimeIn, rotationIn } from './times.js';

const ID = new IdOf('Service account');
const SECRET_ID = new IdOf('Client secret');

/** `/api/v1/service-accounts/:id/secrets`: what a client of the OAuth token endpoint proves with who it is. */
@ApiTags('Service accounts')
@ManagementController('service-accounts/:id/secrets')
export class ClientSecretsController {
  constructor(private readonly secrets: ClientSecretsService) {}

  @Get()
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'List the client secrets of a service account', description: 'Ended ones too.' })
  @ApiOkResponse({ type: ClientSecretList, description: 'All, in the order of their creation.' })
  @ApiErrors(404)
  async list(@Call() { caller }: ManagementCall, @Param('id', ID) id: string): Promise<ClientSecretList> {
    return { items: await this.secrets.list(caller, id) };
  }

  @Post()
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Make a client secret',
    description: 'The answer shows it, this once. Up to ten may be good at the same time.',
  })
  @ApiCreatedResponse({ type: NewClientSecretItem, description: 'The new secret.' })
  @ApiErrors(404, 409, 422)
  create(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { name, expiresInDays }: CredentialWish,
  ): Promise<NewClientSecretItem> {
    return this.secrets.create(actingAs(call), id, { name, lifetime: lifetimeIn(expiresInDays) });
  }

  @Post(':secretId/rotate')
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Replace a client secret',
    description:
      'While both are good the client can be changed over. At once ends the tokens got with the old one too.',
  })
  @ApiCreatedResponse({ type: RotatedSecretItem, description: 'The new secret, and when the old one ends.' })
  @ApiErrors(404, 409, 422)
  rotate(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Param('secretId', SECRET_ID) secretId: string,
    @Body() body: RotationBody,
  ): Promise<RotatedSecretItem> {
    return this.secrets.rotate(actingAs(call), id, secretId, rotationIn(body));
  }

  @Delete(':secretId')
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Revoke a client secret',
    description: 'The access tokens that were got with it end too, within a second.',
  })
  @ApiOkResponse({ type: ClientSecretItem, description: 'The secret, with the time of its end.' })
  @ApiErrors(404)
  revoke(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Param('secretId', SECRET_ID) secretId: string,
  ): Promise<ClientSecretItem> {
    return this.secrets.revoke(actingAs(call), id, secretId);
  }
}
