import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { isMailAddress } from '../../domain/mail-address.js';
import { DEFAULT_SETTINGS, type SsoSettings, type TenantSettings } from '../../domain/tenant.js';
import { LARGEST_DIGEST_ABOVE, MOST_ADMINS } from '../settings-wish.js';
import { LONGEST_SSO_URL, ssoSettings } from '../sso-settings.js';
import { IfPresent } from './if-present.js';

const PERMISSIONS = ['can_view', 'can_edit'] as const;
const DELETION_POLICIES = ['deactivate', 'erase'] as const;
const ADOPTION_POLICIES = ['link', 'conflict', 'review'] as const;
const VISIBILITIES = ['visible', 'hidden'] as const;
const PROTOCOLS = ['oidc', 'saml'] as const;

const ISSUER = 'https://login.example.com/acme';
const METADATA_URL = 'https://login.example.com/acme/saml/metadata';

/** What each setting decides, for both directions. */
const MEANINGS: { readonly [K in keyof TenantSettings]: string } = {
  defaultTeamPermission: 'What an identity provider gives those it puts into a team.',
  notifications: 'Whether members are told by e-mail what changes for them.',
  digestAbove:
    'A window that changes something for more members sends one digest to the admins and no mail to a member.',
  adminEmails: 'Where digests and warnings go.',
  deletionPolicy:
    'What becomes of somebody whom an identity provider deletes: inactive with all history, or a tombstone without personal data.',
  adoptionPolicy:
    'When an identity provider creates somebody who is there already and whom nobody manages: the member is linked, the request is a conflict, or an admin reviews it.',
  unlinkedVisibility: 'Whether identity providers see members whom nobody manages.',
  userNameMustBeEmail: 'Whether a userName must be an e-mail address.',
  duplicateTeamNames: 'Whether several teams may have one name.',
  ssoRequired: 'Whether a connection can only be made or enabled once there are settings for single sign-on.',
  sso: 'How people of the tenant sign in; kept for the products that sign them in. Null: not set.',
};

const AnyMailAddress = () =>
  ValidateBy(
    {
      name: 'isMailAddress',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isMailAddress(value),
        defaultMessage: () => 'each value in adminEmails must be an e-mail address such as admin@example.com',
      },
    },
    { each: true },
  );

export class SsoItem {
  @ApiProperty({ enum: PROTOCOLS })
  @IsIn(PROTOCOLS)
  protocol!: SsoSettings['protocol'];

  @ApiPropertyOptional({ examples: [ISSUER], maxLength: LONGEST_SSO_URL, description: 'With `oidc`: the issuer.' })
  @IfPresent()
  @IsString()
  @MaxLength(LONGEST_SSO_URL)
  issuer?: string;

  @ApiPropertyOptional({
    examples: [METADATA_URL],
    maxLength: LONGEST_SSO_URL,
    description: 'With `saml`: where the metadata of the identity provider is.',
  })
  @IfPresent()
  @IsString()
  @MaxLength(LONGEST_SSO_URL)
  metadataUrl?: string;
}

/** Settings that are to be different; what is absent stays as it is. */
export class SettingsRevision {
  @ApiPropertyOptional({ enum: PERMISSIONS, description: MEANINGS.defaultTeamPermission })
  @IfPresent()
  @IsIn(PERMISSIONS)
  defaultTeamPermission?: TenantSettings['defaultTeamPermission'];

  @ApiPropertyOptional({ description: MEANINGS.notifications })
  @IfPresent()
  @IsBoolean()
  notifications?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: LARGEST_DIGEST_ABOVE,
    description: MEANINGS.digestAbove,
  })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(LARGEST_DIGEST_ABOVE)
  digestAbove?: number;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_ADMINS,
    examples: [['it@acme.example']],
    description: MEANINGS.adminEmails,
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MOST_ADMINS)
  @ArrayUnique()
  @AnyMailAddress()
  adminEmails?: string[];

  @ApiPropertyOptional({ enum: DELETION_POLICIES, description: MEANINGS.deletionPolicy })
  @IfPresent()
  @IsIn(DELETION_POLICIES)
  deletionPolicy?: TenantSettings['deletionPolicy'];

  @ApiPropertyOptional({ enum: ADOPTION_POLICIES, description: MEANINGS.adoptionPolicy })
  @IfPresent()
  @IsIn(ADOPTION_POLICIES)
  adoptionPolicy?: TenantSettings['adoptionPolicy'];

  @ApiPropertyOptional({ enum: VISIBILITIES, description: MEANINGS.unlinkedVisibility })
  @IfPresent()
  @IsIn(VISIBILITIES)
  unlinkedVisibility?: TenantSettings['unlinkedVisibility'];

  @ApiPropertyOptional({ description: MEANINGS.userNameMustBeEmail })
  @IfPresent()
  @IsBoolean()
  userNameMustBeEmail?: boolean;

  @ApiPropertyOptional({ description: MEANINGS.duplicateTeamNames })
  @IfPresent()
  @IsBoolean()
  duplicateTeamNames?: boolean;

  @ApiPropertyOptional({ description: MEANINGS.ssoRequired })
  @IfPresent()
  @IsBoolean()
  ssoRequired?: boolean;

  @ApiPropertyOptional({ type: SsoItem, nullable: true, description: MEANINGS.sso })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @ValidateNested()
  @Type(() => SsoItem)
  sso?: SsoItem | null;
}

/** All settings, those included that are as by default. */
export class SettingsItem implements TenantSettings {
  @ApiProperty({
    enum: PERMISSIONS,
    default: DEFAULT_SETTINGS.defaultTeamPermission,
    description: MEANINGS.defaultTeamPermission,
  })
  defaultTeamPermission!: TenantSettings['defaultTeamPermission'];

  @ApiProperty({ default: DEFAULT_SETTINGS.notifications, description: MEANINGS.notifications })
  notifications!: boolean;

  @ApiProperty({ type: 'integer', default: DEFAULT_SETTINGS.digestAbove, description: MEANINGS.digestAbove })
  digestAbove!: number;

  @ApiProperty({ type: [String], description: MEANINGS.adminEmails })
  adminEmails!: readonly string[];

  @ApiProperty({
    enum: DELETION_POLICIES,
    default: DEFAULT_SETTINGS.deletionPolicy,
    description: MEANINGS.deletionPolicy,
  })
  deletionPolicy!: TenantSettings['deletionPolicy'];

  @ApiProperty({
    enum: ADOPTION_POLICIES,
    default: DEFAULT_SETTINGS.adoptionPolicy,
    description: MEANINGS.adoptionPolicy,
  })
  adoptionPolicy!: TenantSettings['adoptionPolicy'];

  @ApiProperty({
    enum: VISIBILITIES,
    default: DEFAULT_SETTINGS.unlinkedVisibility,
    description: MEANINGS.unlinkedVisibility,
  })
  unlinkedVisibility!: TenantSettings['unlinkedVisibility'];

  @ApiProperty({ default: DEFAULT_SETTINGS.userNameMustBeEmail, description: MEANINGS.userNameMustBeEmail })
  userNameMustBeEmail!: boolean;

  @ApiProperty({ default: DEFAULT_SETTINGS.duplicateTeamNames, description: MEANINGS.duplicateTeamNames })
  duplicateTeamNames!: boolean;

  @ApiProperty({ default: DEFAULT_SETTINGS.ssoRequired, description: MEANINGS.ssoRequired })
  ssoRequired!: boolean;

  @ApiProperty({ type: SsoItem, nullable: true, description: MEANINGS.sso })
  sso!: SsoSettings | null;
}

/** @throws DomainException `invalid` for settings of single sign-on that cannot be */
export function settingsOf({ sso, ...others }: SettingsRevision): Partial<TenantSettings> {
  return { ...others, ...(sso !== undefined && { sso: sso && ssoSettings(sso) }) };
}
