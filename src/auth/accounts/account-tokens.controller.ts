import { Body, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, Call, IdOf, type ManagementCall, ManagementController } from '../../http/management.js';
import { RequiresScope } from '../../http/route.js';
import {
  NewTokenItem,
  RotatedTokenItem,
  RotationBody,
  TokenItem,
  TokenPage,
  TokenWishBody,
} from '../dto/credential.dto.js';
import { TokenPageQuery } from '../dto/page.dto.js';
import { AccountTokensService } from './account-tokens.service.js';
import { actingAs } from './acting.js';
import { lifetimeIn, rotationIn } from './times.js';

const ID = new IdOf('Service account');
const TOKEN_ID = new IdOf('Token');

/** `/api/v1/service-accounts/:id/tokens`. */
@ApiTags('Service accounts')
@ManagementController('service-accounts/:id/tokens')
export class AccountTokensController {
  constructor(private readonly tokens: AccountTokensService) {}

  @Get()
  @RequiresScope('tenant:read')
  @ApiOperation({ summary: 'List the tokens of a service account', description: 'Ended ones too; never the secrets.' })
  @ApiOkResponse({ type: TokenPage, description: 'One page, in the order of their creation.' })
  @ApiErrors(404, 422)
  list(
    @Call() { caller }: ManagementCall,
    @Param('id', ID) id: string,
    @Query() { kind, ...page }: TokenPageQuery,
  ): Promise<TokenPage> {
    return this.tokens.list(caller, id, page, kind);
  }

  @Post()
  @RequiresScope('tenant:admin')
  @ApiOperation({ summary: 'Make a token', description: 'The answer shows it, this once.' })
  @ApiCreatedResponse({ type: NewTokenItem, description: 'The new token.' })
  @ApiErrors(404, 409, 422)
  create(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Body() { name, scopes, expiresInDays }: TokenWishBody,
  ): Promise<NewTokenItem> {
    return this.tokens.create(actingAs(call), id, { name, scopes, lifetime: lifetimeIn(expiresInDays) });
  }

  @Post(':tokenId/rotate')
  @RequiresScope('tenant:admin')
  @ApiOperation({
    summary: 'Replace a token',
    description:
      'The new one has its name and scopes and is shown this once. While both are good the identity provider can be changed over, and no request is refused.',
  })
  @ApiCreatedResponse({ type: RotatedTokenItem, description: 'The new token, and when the old one ends.' })
  @ApiErrors(404, 409, 422)
  rotate(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Param('tokenId', TOKEN_ID) tokenId: string,
    @Body() body: RotationBody,
  ): Promise<RotatedTokenItem> {
    return this.tokens.rotate(actingAs(call), id, tokenId, rotationIn(body));
  }

  @Delete(':tokenId')
  @RequiresScope('tenant:admin')
  @ApiOperation({ summary: 'Revoke a token', description: 'Every instance refuses it within a second.' })
  @ApiOkResponse({ type: TokenItem, description: 'The token, with the time of its end.' })
  @ApiErrors(404)
  revoke(
    @Call() call: ManagementCall,
    @Param('id', ID) id: string,
    @Param('tokenId', TOKEN_ID) tokenId: string,
  ): Promise<TokenItem> {
    return this.tokens.revoke(actingAs(call), id, tokenId);
  }
}
