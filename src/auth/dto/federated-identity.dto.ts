import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsObject, IsString, Matches, MaxLength } from 'class-validator';
import type { FederatedIdentity } from '../../domain/credentials.js';
import type { KeySet } from '../../domain/service-account.js';
import { IfGiven, LONGEST_URL, PRINTABLE } from './rules.js';

const LONGEST_CLAIM = 512;

export class FederatedIdentityWish {
  @ApiProperty({
    maxLength: LONGEST_CLAIM,
    examples: ['https://login.microsoftonline.com/5a1f0b63-0f2f-4a51-9c5c-6a0d5a8f3c11/v2.0'],
    description: '`iss` of its assertions, compared exactly.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_CLAIM)
  @Matches(PRINTABLE)
  issuer!: string;

  @ApiProperty({
    maxLength: LONGEST_CLAIM,
    examples: ['6f1e0a52-7c1c-4f0e-9a38-0d6a5f0c9b11'],
    description: '`sub` of its assertions, compared exactly.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_CLAIM)
  @Matches(PRINTABLE)
  subject!: string;

  @ApiProperty({
    maxLength: LONGEST_CLAIM,
    examples: ['api://muster'],
    description: 'What `aud` of its assertions has to be or to contain.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_CLAIM)
  @Matches(PRINTABLE)
  audience!: string;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: "The issuer's public keys (RFC 7517), where they never change.",
  })
  @IfGiven()
  @IsObject()
  jwks?: { keys?: unknown } | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: LONGEST_URL,
    description: "Where the issuer's keys are. With neither, its discovery document says where.",
  })
  @IfGiven()
  @IsString()
  @MaxLength(LONGEST_URL)
  jwksUri?: string | null;
}

export class FederatedIdentityItem implements FederatedIdentity {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['https://login.example.com/acme/v2.0'] })
  issuer!: string;

  @ApiProperty({ examples: ['6f1e0a52-7c1c-4f0e-9a38-0d6a5f0c9b11'] })
  subject!: string;

  @ApiProperty({ examples: ['api://muster'] })
  audience!: string;

  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true })
  jwks!: KeySet | null;

  @ApiProperty({ type: String, nullable: true })
  jwksUri!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: string | null;
}

export class FederatedIdentityList {
  @ApiProperty({ type: [FederatedIdentityItem] })
  items!: readonly FederatedIdentityItem[];
}
