import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsUUID, Matches, Max, Min, ValidateIf } from 'class-validator';
import type { JsonObject } from '../../scim/index.js';
import { ACTION_NAMES, type Action } from '../actions.js';

const DEFAULT_LIMIT = 50;
const MOST = 200;
/** RFC 3339; whether there is such a day, the service finds out. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const STATUS = /^([1-5]\d\d|[1-5]xx|error|success)$/;
const NAME = /^[^\p{Cc}\p{Cs}]{1,256}$/u;

/** Unlike IsOptional it lets no null pass. */
const IfPresent = () => ValidateIf((_, value) => value !== undefined);
const time = { message: '$property must be a time such as 2026-11-22T12:48:24Z' };

export class LogQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Not before this time.' })
  @IfPresent()
  @Matches(DATE_TIME, time)
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this time.' })
  @IfPresent()
  @Matches(DATE_TIME, time)
  to?: string;

  @ApiPropertyOptional({
    description:
      'Whom it was about: a userName, a SCIM id, or the id of a member; also the displayName or id of a group, and whatever else was looked up.',
    example: 'mara.lind@example.com',
  })
  @IfPresent()
  @Matches(NAME, { message: 'user must have 1 to 256 characters that can be written' })
  user?: string;

  @ApiPropertyOptional({
    description: 'A status such as `409`, a class such as `4xx`, `error` or `success`.',
    pattern: STATUS.source,
    example: 'error',
  })
  @IfPresent()
  @Matches(STATUS, { message: 'status must be a status such as 409, a class such as 4xx, error or success' })
  status?: string;

  @ApiPropertyOptional({ enum: ACTION_NAMES, description: 'What it meant to do.' })
  @IfPresent()
  @IsIn(ACTION_NAMES)
  action?: Action;

  @ApiPropertyOptional({ format: 'uuid', description: '`next` of the page before; absent for the first.' })
  @IfPresent()
  @IsUUID()
  cursor?: string;

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
}

export class LogTarget {
  @ApiProperty({ enum: ['User', 'Group'] })
  type!: 'User' | 'Group';

  @ApiProperty({ type: String, nullable: true, description: 'The SCIM id, where the request or its answer had one.' })
  id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'userName or displayName, or what it was looked up by.' })
  name!: string | null;
}

export class NotRecorded {
  @ApiProperty({ type: 'integer' })
  requests!: number;

  @ApiProperty({ format: 'date-time', description: 'When the first was answered; the last at `at`.' })
  since!: string;
}

export class LogItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was answered.' })
  at!: string;

  @ApiProperty({ description: 'One of those that can be filtered by.', example: 'create-user' })
  action!: string;

  @ApiProperty({ description: 'The same in words, with whom it was about.' })
  summary!: string;

  @ApiProperty({ type: LogTarget, nullable: true, description: 'Null where it was about nobody in particular.' })
  target!: LogTarget | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null in a notice of requests that were not recorded.' })
  status!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Keyword of RFC 7644 §3.12.' })
  scimType!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the identity provider was told; of a success, which members of a group were skipped.',
  })
  detail!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A name for the cause, for programs.' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.' })
  cause!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What to do about it.' })
  remedy!: string | null;

  @ApiProperty({ type: [String], description: 'Deviations from the standard that were accepted in it.' })
  tolerances!: readonly string[];

  @ApiProperty({ type: Number, nullable: true, description: 'Milliseconds.' })
  durationMs!: number | null;

  @ApiProperty({ type: String, nullable: true, description: '`X-Request-Id` of the answer.' })
  requestId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Only where addresses are recorded.' })
  clientAddress!: string | null;

  @ApiProperty({ type: NotRecorded, nullable: true, description: 'Only in a notice: how many are missing here.' })
  notRecorded!: NotRecorded | null;

  @ApiProperty({
    type: NotRecorded,
    nullable: true,
    description: 'Where the entry stands for several refused requests of one kind: how many; the others are like it.',
  })
  repeats!: NotRecorded | null;
}

export class LogDetail extends LogItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'The body of a request that failed, without secrets, with what is long cut; else null.',
  })
  body!: JsonObject | null;
}

export class LogPage {
  @ApiProperty({ type: [LogItem], description: 'Newest first.' })
  items!: readonly LogItem[];

  @ApiProperty({ type: String, nullable: true, description: 'Goes into `cursor` for the next page; null on the last.' })
  next!: string | null;
}
