import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SCOPES } from '../../domain/service-account.js';
import { BaseUrl } from '../../http/base-url.js';
import { DOCS_PATH } from '../../http/docs-path.js';
import { PublicDocument, PublicDocuments } from '../../http/public-document.js';
import { Public } from '../../http/route.js';
import { TOKEN_PATH } from '../../http/token-path.js';
import { ServerMetadata } from '../dto/oauth.dto.js';
import { ALGORITHMS } from './public-keys.js';
import { JWT_BEARER } from './token-request.js';

/** `/.well-known/oauth-authorization-server` (RFC 8414). */
@ApiTags('OAuth')
@Public()
@Controller('.well-known/oauth-authorization-server')
export class MetadataController {
  private readonly documents = new PublicDocuments();

  constructor(private readonly base: BaseUrl) {}

  @Get()
  @ApiOperation({ summary: 'What OAuth clients need to know', description: 'RFC 8414.' })
  @ApiOkResponse({ type: ServerMetadata, description: 'The metadata.' })
  @ApiResponse({ status: 304, description: 'The client has this version (`If-None-Match`).' })
  @ApiResponse({ status: 414, description: 'The URL is too long.' })
  read(): unknown {
    return this.documents.get('metadata', () => PublicDocument.json('application/json', this.metadata()));
  }

  private metadata(): ServerMetadata {
    const { root } = this.base;
    return {
      issuer: root,
      token_endpoint: `${root}/${TOKEN_PATH}`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: ['client_credentials', JWT_BEARER],
      response_types_supported: [],
      scopes_supported: SCOPES.filter((scope) => !scope.startsWith('platform:')),
      service_documentation: `${root}/${DOCS_PATH}`,
    };
  }
}
