import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';
import { type KeySet, SCOPES, type Scope, type ServiceAccount } from '../../domain/service-account.js';
import { AccountPageAnswer } from './page.dto.js';
import { IfGiven, IfPresent, LONGEST_NAME, LONGEST_URL, PRINTABLE } from './rules.js';

const MOST_ADDRESSES = 100;
const LONGEST_ADDRESS = 50;

const EXAMPLE_KEYS = {
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      kid: '2026-11',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
  ],
};
const KEYS = {
  type: 'object',
  nullable: true,
  additionalProperties: true,
  examples: [EXAMPLE_KEYS],
  description:
    'Public keys (RFC 7517) it signs client assertions with: RSA, P-256 or Ed25519. Takes the place of `jwksUri`.',
} as const;
const KEYS_URI = {
  type: String,
  nullable: true,
  maxLength: LONGEST_URL,
  examples: ['https://client.example.com/.well-known/jwks.json'],
  description: 'Where those keys are, over https. Takes the place of `jwks`.',
} as const;
const ADDRESSES: ApiPropertyOptions = {
  type: [String],
  maxItems: MOST_ADDRESSES,
  examples: [['203.0.113.0/24', '2001:db8:7::/48']],
  description: 'Addresses and networks its tokens may be used from and asked for; none: from anywhere.',
};
const SCOPES_OF = { enum: SCOPES, isArray: true, examples: [['members:write', 'teams:write']] } as const;

export class ServiceAccountWish {
  @ApiProperty({ maxLength: LONGEST_NAME, examples: ['entra'], description: 'For people.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  @Matches(PRINTABLE)
  name!: string;

  @ApiProperty({ ...SCOPES_OF, description: 'What it may do: nothing that your own token may not.' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(SCOPES.length)
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    default: null,
    description: 'The connection its tokens speak for, chosen once; null: they cannot speak SCIM.',
  })
  @IfGiven()
  @IsUUID()
  connectionId: string | null = null;

  @ApiPropertyOptional({ ...ADDRESSES, default: [] })
  @IsArray()
  @ArrayMaxSize(MOST_ADDRESSES)
  @IsString({ each: true })
  @MaxLength(LONGEST_ADDRESS, { each: true })
  allowedAddresses: string[] = [];

  @ApiPropertyOptional(KEYS)
  @IfGiven()
  @IsObject()
  jwks?: { keys?: unknown } | null;

  @ApiPropertyOptional(KEYS_URI)
  @IfGiven()
  @IsString()
  @MaxLength(LONGEST_URL)
  jwksUri?: string | null;
}

/** What is absent stays as it is. */
export class ServiceAccountRevision {
  @ApiPropertyOptional({ maxLength: LONGEST_NAME })
  @IfPresent()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  @Matches(PRINTABLE)
  name?: string;

  @ApiPropertyOptional({ ...SCOPES_OF, description: 'Tokens made before lose what is not in it, within a second.' })
  @IfPresent()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(SCOPES.length)
  @IsIn(SCOPES, { each: true })
  scopes?: Scope[];

  @ApiPropertyOptional(ADDRESSES)
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MOST_ADDRESSES)
  @IsString({ each: true })
  @MaxLength(LONGEST_ADDRESS, { each: true })
  allowedAddresses?: string[];

  @ApiPropertyOptional(KEYS)
  @IfGiven()
  @IsObject()
  jwks?: { keys?: unknown } | null;

  @ApiPropertyOptional(KEYS_URI)
  @IfGiven()
  @IsString()
  @MaxLength(LONGEST_URL)
  jwksUri?: string | null;
}

export class ServiceAccountItem implements ServiceAccount {
  @ApiProperty({ format: 'uuid', description: 'Also the `client_id` at the token endpoint.' })
  id!: string;

  @ApiProperty({ examples: ['entra'] })
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly Scope[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  connectionId!: string | null;

  @ApiProperty({ type: [String], examples: [['203.0.113.0/24']] })
  allowedAddresses!: readonly string[];

  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true, examples: [EXAMPLE_KEYS] })
  jwks!: KeySet | null;

  @ApiProperty({ type: String, nullable: true })
  jwksUri!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class ServiceAccountPage extends AccountPageAnswer {
  @ApiProperty({ type: [ServiceAccountItem] })
  items!: readonly ServiceAccountItem[];
}
