import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, Matches } from 'class-validator';
import {
  type Connection,
  MEMBER_FATES,
  type MemberFate,
  UNKNOWN_MEMBERS,
  type UnknownMembers,
} from '../../domain/connection.js';
import { IDP_NAMES, type IdpName } from '../../domain/idp-profile.js';
import { DEFAULT_LIFETIME, LIFETIME } from '../lifetime.js';
import { SLUG } from '../names.js';
import { IfPresent } from './if-present.js';
import { PageAnswer } from './page.dto.js';
import { ToleranceItem } from './tolerance.dto.js';

const NAME = { pattern: SLUG.source, examples: ['okta-production'], description: 'No other connection has it.' };

const UNKNOWN = {
  enum: UNKNOWN_MEMBERS,
  description:
    'What becomes of a write to a group that names members no user has: `refuse` answers 400 and changes nothing, `skip` writes the others and names the skipped ones in the provisioning log and in an event.',
} as const;

/** What can be different of a connection; what is absent stays as it is. */
export class ConnectionRevision {
  @ApiPropertyOptional(NAME)
  @IfPresent()
  @Matches(SLUG)
  name?: string;

  @ApiPropertyOptional({ enum: IDP_NAMES, description: 'The identity provider: how it speaks, and how it is set up.' })
  @IfPresent()
  @IsIn(IDP_NAMES)
  idp?: IdpName;

  @ApiPropertyOptional({
    ...UNKNOWN,
    type: String,
    nullable: true,
    enum: [...UNKNOWN_MEMBERS, null],
    description: `${UNKNOWN.description} null: as the profile of the identity provider has it.`,
  })
  @IfPresent()
  @IsIn([...UNKNOWN_MEMBERS, null])
  unknownMembers?: UnknownMembers | null;
}

export class EnableBody {
  @ApiPropertyOptional({
    description: 'Whether a token is made. Absent: when the connection has none that is good.',
  })
  @IfPresent()
  @IsBoolean()
  token?: boolean;

  @ApiPropertyOptional({
    pattern: LIFETIME.source,
    default: DEFAULT_LIFETIME,
    description: 'How long the token lives, such as `90d`; at most 366 days.',
  })
  @Matches(LIFETIME)
  expires: string = DEFAULT_LIFETIME;
}

export class ConnectionWishBody {
  @ApiProperty({ enum: IDP_NAMES, description: 'The identity provider: how it speaks, and how it is set up.' })
  @IsIn(IDP_NAMES)
  idp!: IdpName;

  @ApiPropertyOptional({ ...NAME, description: 'That of the identity provider when absent.' })
  @IfPresent()
  @Matches(SLUG)
  name?: string;

  @ApiPropertyOptional({
    ...UNKNOWN,
    description: `${UNKNOWN.description} Absent: as the profile of the identity provider has it.`,
  })
  @IfPresent()
  @IsIn(UNKNOWN_MEMBERS)
  unknownMembers?: UnknownMembers;

  @ApiPropertyOptional({
    default: true,
    description: 'Whether a token is made; false for an identity provider that gets its tokens by OAuth.',
  })
  @IsBoolean()
  token: boolean = true;

  @ApiPropertyOptional({
    pattern: LIFETIME.source,
    default: DEFAULT_LIFETIME,
    description: 'How long the token lives, such as `90d`; at most 366 days.',
  })
  @Matches(LIFETIME)
  expires: string = DEFAULT_LIFETIME;
}

export class ConnectionRemovalQuery {
  @ApiPropertyOptional({
    enum: MEMBER_FATES,
    description:
      'What becomes of the members it manages: `deactivate` ends their access, `unlink` lets them keep it. Absent: it must not manage an active one.',
  })
  @IfPresent()
  @IsIn(MEMBER_FATES)
  members?: MemberFate;
}

export class ConnectionItem implements Omit<Connection, 'tenantId'> {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['okta-production'] })
  name!: string;

  @ApiProperty({ enum: IDP_NAMES })
  idp!: IdpName;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: [...UNKNOWN_MEMBERS, null],
    description: `${UNKNOWN.description} null: as the profile of the identity provider has it.`,
  })
  unknownMembers!: UnknownMembers | null;

  @ApiProperty({ enum: ['enabled', 'disabled'], description: 'The tokens of a disabled connection are refused.' })
  status!: Connection['status'];

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class ConnectionPage extends PageAnswer {
  @ApiProperty({ type: [ConnectionItem] })
  items!: readonly ConnectionItem[];
}

export class ConnectionHoldItem {
  @ApiProperty({ type: 'integer' })
  activeMembers!: number;

  @ApiProperty({ type: 'integer', description: 'Those it deactivated; removed ones are not counted.' })
  inactiveMembers!: number;

  @ApiProperty({ type: 'integer' })
  teams!: number;
}

export class RequestCountItem {
  @ApiProperty({ type: 'integer' })
  requests!: number;

  @ApiProperty({ type: 'integer', description: 'Those that were refused or failed.' })
  errors!: number;

  @ApiProperty({ minimum: 0, maximum: 1, examples: [0.02] })
  errorRatio!: number;
}

export class ConnectionDetailItem extends ConnectionItem {
  @ApiProperty({ type: ConnectionHoldItem, description: 'Whom and what it manages.' })
  manages!: ConnectionHoldItem;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a request was answered without an error the last time; null: never.',
  })
  lastSyncAt!: string | null;

  @ApiProperty({ type: RequestCountItem, description: 'By whole hours, so up to an hour more.' })
  last24Hours!: RequestCountItem;

  @ApiProperty({ type: RequestCountItem })
  last30Days!: RequestCountItem;

  @ApiProperty({ type: [ToleranceItem], description: 'What it was forgiven, the most used first.' })
  tolerances!: readonly ToleranceItem[];
}

/** What an identity provider is given. */
export class EnabledConnectionItem extends ConnectionItem {
  @ApiProperty({ examples: ['https://scim.example.com/scim/v2'], description: 'Where the identity provider sends to.' })
  scimUrl!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^muster_',
    description: 'It is shown this once; null when none was made.',
  })
  token!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  tokenId!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  tokenExpiresAt!: string | null;
}
