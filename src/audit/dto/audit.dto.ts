import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';

const DEFAULT_LIMIT = 100;
const MOST = 1000;
const SUBJECT_TYPES = [
  'member',
  'team',
  'tenant',
  'connection',
  'service_account',
  'token',
  'webhook_endpoint',
] as const;
const EVENT_TYPE = /^[a-z_]{1,40}\.[a-z_]{1,40}$/;

/** What of the audit log is wanted. */
export class AuditQuery {
  @ApiPropertyOptional({
    type: 'integer',
    default: DEFAULT_LIMIT,
    minimum: 1,
    maximum: MOST,
    description: 'Most items.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ type: String, description: '`next` of the page before; absent for the first.' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,14}$/)
  after?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Who did it: the id of a service account.' })
  @IsOptional()
  @IsUUID()
  actor?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'What it was done to; a member goes by the account, not the SCIM id.',
  })
  @IsOptional()
  @IsUUID()
  subject?: string;

  @ApiPropertyOptional({ enum: SUBJECT_TYPES })
  @IsOptional()
  @IsIn(SUBJECT_TYPES)
  subjectType?: string;

  @ApiPropertyOptional({ description: 'What was done, such as `member.deactivated`.' })
  @IsOptional()
  @Matches(EVENT_TYPE)
  type?: string;

  @ApiPropertyOptional({ description: 'The `X-Request-Id` of the request that did it.' })
  @IsOptional()
  @MaxLength(200)
  requestId?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before this time.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this time.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

/** Which export is wanted. */
export class AuditExportQuery {
  @ApiPropertyOptional({ enum: ['jsonl', 'csv'], default: 'jsonl' })
  @IsIn(['jsonl', 'csv'])
  format: 'jsonl' | 'csv' = 'jsonl';

  @ApiPropertyOptional({ type: 'integer', default: 1, minimum: 1, description: 'The first sequence number wanted.' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  from: number = 1;
}

class AuditActor {
  @ApiProperty({ enum: ['service_account', 'operator', 'system'] })
  type!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  id!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  connectionId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  tokenId!: string | null;
}

class AuditSubject {
  @ApiProperty({ enum: SUBJECT_TYPES })
  type!: string;

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Its version after the change.' })
  version!: number | null;
}

export class AuditItem {
  @ApiProperty({ type: 'integer', description: 'The place in the order of the tenant: 1, 2, 3 … without gaps.' })
  seq!: number;

  @ApiProperty({ description: 'SHA-256 of the hash before and this event, hexadecimal.' })
  hash!: string;

  @ApiProperty({ format: 'date-time' })
  sealedAt!: string;

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['member.deactivated'] })
  type!: string;

  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;

  @ApiProperty({ type: AuditActor })
  actor!: AuditActor;

  @ApiProperty({ type: AuditSubject })
  subject!: AuditSubject;

  @ApiProperty({ type: String, nullable: true })
  requestId!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '`before` and `after` hold the changed attributes.',
  })
  data!: object;
}

export class AuditPage {
  @ApiProperty({ type: [AuditItem] })
  items!: readonly AuditItem[];

  @ApiProperty({ type: String, nullable: true, description: 'Goes into `after` for the next page; null on the last.' })
  next!: string | null;
}
