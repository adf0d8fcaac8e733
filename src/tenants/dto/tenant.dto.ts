import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsString, Length, Matches, ValidateNested } from 'class-validator';
import type { Tenant } from '../../domain/tenant.js';
import { LIFETIME } from '../lifetime.js';
import { SLUG } from '../names.js';
import { IfPresent, PRINTABLE } from './if-present.js';
import { LimitsItem, LimitsRevision } from './limits.dto.js';
import { PageAnswer } from './page.dto.js';
import { SettingsItem, SettingsRevision } from './settings.dto.js';

const LONGEST_NAME = 200;
const LONGEST_CODE = 100;
const ADMIN_LIFETIME = '30d';

/** What can be different of a tenant; what is absent stays as it is. */
export class TenantRevisionBody {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: LONGEST_NAME,
    examples: ['Acme Rockets'],
    description: 'For people.',
  })
  @IfPresent()
  @IsString()
  @Length(1, LONGEST_NAME)
  @Matches(PRINTABLE)
  name?: string;

  @ApiPropertyOptional({ type: SettingsRevision })
  @IfPresent()
  @ValidateNested()
  @Type(() => SettingsRevision)
  settings?: SettingsRevision;
}

/** The same for an operator, who may also set limits. */
export class OperatorRevisionBody extends TenantRevisionBody {
  @ApiPropertyOptional({ type: LimitsRevision })
  @IfPresent()
  @ValidateNested()
  @Type(() => LimitsRevision)
  limits?: LimitsRevision;
}

export class TenantWish extends TenantRevisionBody {
  @ApiProperty({
    pattern: SLUG.source,
    examples: ['acme'],
    description: 'For commands and for subjects of the broker; it stays for life.',
  })
  @Matches(SLUG)
  slug!: string;
}

export class TenantItem implements Tenant {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['acme'] })
  slug!: string;

  @ApiProperty({ examples: ['Acme Rockets'], description: 'For people.' })
  name!: string;

  @ApiProperty({ enum: ['active', 'suspended'], description: 'All tokens of a suspended tenant are refused.' })
  status!: Tenant['status'];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it is active.' })
  suspendedAt!: string | null;

  @ApiProperty({ type: SettingsItem })
  settings!: SettingsItem;

  @ApiProperty({
    type: LimitsItem,
    description: 'Limits that the operator set; the others have their defaults (docs/limits.md).',
  })
  limits!: LimitsItem;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class TenantPage extends PageAnswer {
  @ApiProperty({ type: [TenantItem] })
  items!: readonly TenantItem[];
}

export class AdminTokenWish {
  @ApiPropertyOptional({
    pattern: LIFETIME.source,
    default: ADMIN_LIFETIME,
    description: `How long it lives, such as \`12h\` or \`90d\`; at most 366 days.`,
  })
  @Matches(LIFETIME)
  expires: string = ADMIN_LIFETIME;
}

export class AdminToken {
  @ApiProperty({ pattern: '^muster_', description: 'It is shown this once.' })
  token!: string;

  @ApiProperty({ format: 'uuid' })
  tokenId!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

export class RemovalWish {
  @ApiProperty({ examples: ['acme'], description: 'The slug of the tenant, so that nobody means another one.' })
  @Matches(SLUG)
  slug!: string;
}

export class RemovalAnswer {
  @ApiProperty({ description: 'Goes into `confirmation` of the DELETE.' })
  confirmation!: string;

  @ApiProperty({ format: 'date-time', description: 'Until when it is good.' })
  expiresAt!: string;
}

export class RemovalQuery {
  @ApiProperty({ description: 'What the request for the removal was answered with.' })
  @IsString()
  @Length(1, LONGEST_CODE)
  confirmation!: string;
}
