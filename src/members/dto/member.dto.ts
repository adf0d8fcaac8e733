import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { IDP_NAMES, type IdpName } from '../../domain/idp-profile.js';
import type { MemberResource } from '../../domain/member.js';
import type { MemberSummary } from '../../persistence/member-overview.js';
import type { MemberDetail } from '../members.reader.js';
import { AccessItem } from './member-access.dto.js';
import { MemberPageAnswer, MemberPageQuery } from './page.dto.js';

const LONGEST_SEARCH = 256;
/** What the database can hold and a person can mean. */
export const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u;

/** Text of a query as a boolean; anything else is left for the validation to refuse. */
const Flag = () => Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value));

export class MemberQuery extends MemberPageQuery {
  @ApiPropertyOptional({
    maxLength: LONGEST_SEARCH,
    example: 'mara',
    description: 'How userName, displayName or an e-mail address begins, in any case of letters.',
  })
  @IsOptional()
  @Matches(PRINTABLE)
  @MaxLength(LONGEST_SEARCH)
  search?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those whom this connection manages.' })
  @IsOptional()
  @IsUUID()
  connection?: string;

  @ApiPropertyOptional({ description: '`false`: only those whom no connection manages; `true`: only the others.' })
  @IsOptional()
  @Flag()
  @IsBoolean()
  linked?: boolean;

  @ApiPropertyOptional({ description: 'Only those with access, or only those without.' })
  @IsOptional()
  @Flag()
  @IsBoolean()
  active?: boolean;

  @ApiPropertyOptional({
    default: false,
    description:
      '`true`: those who were removed over SCIM, in place of the others. Their e-mail addresses are not searched.',
  })
  @Flag()
  @IsBoolean()
  removed: boolean = false;
}

export class ManagerItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['entra'] })
  name!: string;

  @ApiProperty({ enum: IDP_NAMES })
  idp!: IdpName;
}

export class MemberItem implements MemberSummary {
  @ApiProperty({ format: 'uuid', description: 'The account, stable for life.' })
  id!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The id of the User on the wire; null once it was removed over SCIM.',
  })
  scimId!: string | null;

  @ApiProperty({ examples: ['mara.lindqvist@northwind.example'] })
  userName!: string;

  @ApiProperty({ type: String, nullable: true, examples: ['Mara Lindqvist'] })
  displayName!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    examples: ['mara.lindqvist@northwind.example'],
    description: 'The primary address, else the first.',
  })
  email!: string | null;

  @ApiProperty({ type: String, nullable: true, examples: ['00uk42'], description: 'What its connection calls it.' })
  externalId!: string | null;

  @ApiProperty({ description: 'Whether it has any access.' })
  active!: boolean;

  @ApiProperty({ description: 'SCIM never touches a break-glass member.' })
  breakGlass!: boolean;

  @ApiProperty({ type: ManagerItem, nullable: true, description: 'Who manages it; null: nobody.' })
  connection!: ManagerItem | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the connection does; null also when that was before it was noted.',
  })
  linkedSince!: string | null;

  @ApiProperty({ type: 'integer', description: 'Counts the changes; on the wire it is the entity tag.' })
  version!: number;

  @ApiProperty({ format: 'date-time', description: 'When the User on the wire came to be.' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it left the wire.' })
  removedAt!: string | null;
}

export class MemberPage extends MemberPageAnswer {
  @ApiProperty({ type: [MemberItem] })
  items!: readonly MemberItem[];
}

export class MemberAnswer extends MemberItem implements Omit<MemberDetail, 'access'> {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The User as an identity provider last described it, without id and meta.',
  })
  attributes!: MemberResource;

  @ApiProperty({ type: AccessItem, description: 'What it may do, and why.' })
  access!: AccessItem;
}
