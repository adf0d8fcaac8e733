import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ASSERTION_TYPE, JWT_BEARER } from '../oauth/token-request.js';

/** For the document: the form is read by hand, because RFC 6749 wants unknown fields ignored and empty ones absent. */
export class TokenForm {
  @ApiProperty({ enum: ['client_credentials', JWT_BEARER], examples: ['client_credentials'] })
  grant_type!: string;

  @ApiPropertyOptional({
    examples: ['members:write teams:write'],
    description: 'What it shall be good for; absent: all that the service account may. `scim`: its scopes for SCIM.',
  })
  scope?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The id of the service account, unless it is in the header.' })
  client_id?: string;

  @ApiPropertyOptional({ pattern: '^muster_cs_', description: 'For `client_secret_post`.' })
  client_secret?: string;

  @ApiPropertyOptional({ enum: [ASSERTION_TYPE] })
  client_assertion_type?: string;

  @ApiPropertyOptional({
    description: 'A JWT, signed by the client (`private_key_jwt`) or by an issuer that the service account trusts.',
  })
  client_assertion?: string;

  @ApiPropertyOptional({ description: `The same as a grant, with \`grant_type=${JWT_BEARER}\` and \`client_id\`.` })
  assertion?: string;
}

export class TokenAnswerBody {
  @ApiProperty({ pattern: '^muster_[0-9A-Za-z]{49}$' })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'] })
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', examples: [3600], description: 'Seconds.' })
  expires_in!: number;

  @ApiProperty({ examples: ['members:write teams:write'], description: 'What it is good for.' })
  scope!: string;
}

export class OAuthErrorBody {
  @ApiProperty({ examples: ['invalid_client'], description: 'RFC 6749, section 5.2.' })
  error!: string;

  @ApiProperty({ examples: ['The client secret has expired; create a new one.'] })
  error_description!: string;
}

/** RFC 8414 §2. */
export class ServerMetadata {
  @ApiProperty({ examples: ['https://scim.example.com'] })
  issuer!: string;

  @ApiProperty({ examples: ['https://scim.example.com/oauth2/token'] })
  token_endpoint!: string;

  @ApiProperty({ type: [String] })
  token_endpoint_auth_methods_supported!: readonly string[];

  @ApiProperty({ type: [String] })
  token_endpoint_auth_signing_alg_values_supported!: readonly string[];

  @ApiProperty({ type: [String] })
  grant_types_supported!: readonly string[];

  @ApiProperty({ type: [String], description: 'None: nobody signs in here.' })
  response_types_supported!: readonly string[];

  @ApiProperty({ type: [String] })
  scopes_supported!: readonly string[];

  @ApiProperty({ examples: ['https://scim.example.com/docs'] })
  service_documentation!: string;
}
