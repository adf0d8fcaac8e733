import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { BaseUrl } from '../../http/base-url.js';
import { OAuthError } from '../../http/oauth-error.js';
import type { MusterRequest } from '../../http/request.js';
import { Public } from '../../http/route.js';
import { TOKEN_PATH } from '../../http/token-path.js';
import { AuthFailures } from '../auth-failures.js';
import { OAuthErrorBody, TokenAnswerBody, TokenForm } from '../dto/oauth.dto.js';
import { RateLimits } from '../rate-limit.js';
import { ClientRefused } from './client-refused.js';
import { NoDocument } from './remote-json.js';
import { ClientUnable, TokenEndpoint, tooMany } from './token-endpoint.service.js';
import { BASIC_CHALLENGE, type TokenRequest, tokenRequest } from './token-request.js';

const failing = (status: number, description: string) => ApiResponse({ status, description, type: OAuthErrorBody });

/** `/oauth2/token` (RFC 6749 §3.2). */
@ApiTags('OAuth')
@Public()
@Controller(TOKEN_PATH)
export class TokenController {
  constructor(
    private readonly endpoint: TokenEndpoint,
    private readonly failures: AuthFailures,
    private readonly limits: RateLimits,
    private readonly base: BaseUrl,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('pragma', 'no-cache')
  @ApiOperation({
    summary: 'Get an access token',
    description:
      'OAuth 2.0 client credentials: `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or an assertion of an issuer that the service account trusts (RFC 7523). The token is good for an hour.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenForm })
  @ApiOkResponse({ type: TokenAnswerBody, description: 'The access token.' })
  @failing(400, 'The request has a mistake, or the client may not have this.')
  @failing(401, 'The client did not prove who it is.')
  @failing(408, 'The form takes too long to arrive.')
  @failing(413, 'The form is too large.')
  @failing(415, 'The body is no form.')
  @failing(429, 'There were too many requests; `Retry-After` tells how many seconds to wait.')
  @failing(503, 'The database does not answer, or the keys of an issuer cannot be had.')
  async issue(@Req() request: MusterRequest): Promise<TokenAnswerBody> {
    const { body, headers, ip: address, id: requestId } = request;
    const { root } = this.base;
    const wanted = tokenRequest(body, headers.authorization);
    try {
      return await this.endpoint.issue(wanted, [root, `${root}/${TOKEN_PATH}`], { address, requestId });
    } catch (error) {
      if (error instanceof ClientRefused || error instanceof ClientUnable) this.note(error, request);
      throw error instanceof ClientRefused ? this.refusal(error, wanted, request) : unavailable(error);
    }
  }

  private note({ client, fault }: ClientRefused | ClientUnable, { ip: address, id: requestId }: MusterRequest): void {
    if (!client) return;
    const { tenantId, id: serviceAccountId, connectionId } = client;
    const token = { tenantId, serviceAccountId, connectionId, tokenId: null };
    this.failures.record({ token, fault, address, requestId });
  }

  /** RFC 6749 §5.2; an assertion as a grant is not the client's (RFC 7523 §3.1). */
  private refusal({ message }: ClientRefused, { proof }: TokenRequest, { ip, headers }: MusterRequest): OAuthError {
    const { seconds: wait } = this.limits.ofFailure(ip);
    if (wait > 0) return tooMany(wait, `There were too many wrong attempts from this address; wait ${wait} s.`);
    if (proof.kind === 'assertion' && proof.use === 'grant') return new OAuthError(400, 'invalid_grant', message);
    return new OAuthError(401, 'invalid_client', message, headers.authorization === undefined ? {} : BASIC_CHALLENGE);
  }
}

const WAIT_S = 30;

function unavailable(error: unknown): unknown {
  if (!(error instanceof NoDocument)) return error;
  const detail = 'The keys that the assertion is signed with cannot be had at the moment.';
  return new OAuthError(503, 'temporarily_unavailable', detail, { 'retry-after': String(WAIT_S) });
}
