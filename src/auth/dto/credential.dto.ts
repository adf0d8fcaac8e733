import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { type AccessToken, type ClientSecret, TOKEN_KINDS, type TokenKind } from '../../domain/credentials.js';
import { SCOPES, type Scope } from '../../domain/service-account.js';
import { AccountPageAnswer } from './page.dto.js';
import { DAYS, IfGiven, IfPresent, LONGEST_NAME, OVERLAP_HOURS, PRINTABLE } from './rules.js';

/** What tokens and client secrets have in common when they are made. */
export class CredentialWish {
  @ApiPropertyOptional({ maxLength: LONGEST_NAME, default: '', examples: ['autumn'], description: 'For people.' })
  @IsString()
  @MaxLength(LONGEST_NAME)
  @Matches(PRINTABLE)
  name: string = '';

  @ApiPropertyOptional({
    type: 'integer',
    default: DAYS.usual,
    minimum: DAYS.least,
    maximum: DAYS.most,
    description: 'Days until it expires.',
  })
  @IsInt()
  @Min(DAYS.least)
  @Max(DAYS.most)
  expiresInDays: number = DAYS.usual;
}

export class TokenWishBody extends CredentialWish {
  @ApiPropertyOptional({
    enum: SCOPES,
    isArray: true,
    nullable: true,
    default: null,
    description: 'Some of those of the service account; null: whatever the service account may.',
  })
  @IfGiven()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(SCOPES.length)
  @IsIn(SCOPES, { each: true })
  scopes: Scope[] | null = null;
}

export class RotationBody {
  @ApiPropertyOptional({
    type: 'integer',
    default: OVERLAP_HOURS.usual,
    minimum: OVERLAP_HOURS.least,
    maximum: OVERLAP_HOURS.most,
    description: 'Hours for which the old one is good beside the new one; 0: it ends at once.',
  })
  @IsInt()
  @Min(OVERLAP_HOURS.least)
  @Max(OVERLAP_HOURS.most)
  overlapHours: number = OVERLAP_HOURS.usual;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: DAYS.least,
    maximum: DAYS.most,
    description: 'Days until the new one expires; absent: as many as the old one had.',
  })
  @IfPresent()
  @IsInt()
  @Min(DAYS.least)
  @Max(DAYS.most)
  expiresInDays?: number;
}

class CredentialItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['autumn'] })
  name!: string;

  @ApiProperty({ examples: ['muster_a1b2c'], description: 'How it begins, to tell it from others.' })
  prefix!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Up to a minute late.' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since then it is refused.' })
  revokedAt!: string | null;
}

export class TokenItem extends CredentialItem implements AccessToken {
  @ApiProperty({ enum: TOKEN_KINDS, description: 'Made by an admin, or got at the OAuth token endpoint.' })
  kind!: TokenKind;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...SCOPES] },
    nullable: true,
    description: 'Null: whatever the service account may.',
  })
  scopes!: readonly Scope[] | null;
}

export class TokenPage extends AccountPageAnswer {
  @ApiProperty({ type: [TokenItem] })
  items!: readonly TokenItem[];
}

export class NewTokenItem extends TokenItem {
  @ApiProperty({ pattern: '^muster_[0-9A-Za-z]{49}$', description: 'The token. It is shown this once.' })
  token!: string;
}

/** The one that was replaced. */
export class PreviousCredential {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time', description: 'Until then the old one is good too.' })
  expiresAt!: string;
}

export class RotatedTokenItem extends NewTokenItem {
  @ApiProperty({ type: PreviousCredential })
  previous!: PreviousCredential;
}

export class ClientSecretItem extends CredentialItem implements ClientSecret {}

export class ClientSecretList {
  @ApiProperty({ type: [ClientSecretItem] })
  items!: readonly ClientSecretItem[];
}

export class NewClientSecretItem extends ClientSecretItem {
  @ApiProperty({ format: 'uuid', description: 'The id of the service account: what goes beside the secret.' })
  clientId!: string;

  @ApiProperty({ pattern: '^muster_cs_[0-9A-Za-z]{49}$', description: 'The secret. It is shown this once.' })
  secret!: string;
}

export class RotatedSecretItem extends NewClientSecretItem {
  @ApiProperty({ type: PreviousCredential })
  previous!: PreviousCredential;
}
