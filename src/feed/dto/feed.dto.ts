import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { CloudEvent } from '../../events/cloud-event.js';
import { FEED_LIMITS } from '../feed-limits.js';

const LONGEST_TYPES = 2000;
const LONGEST_CURSOR = 200;

/** Where to begin, and what to pass over. */
export class StreamQuery {
  @ApiPropertyOptional({
    description:
      'A cursor: `next` of a page, or `id` of the stream. Absent: from the beginning. `latest`: what comes from now on.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CURSOR)
  after?: string;

  @ApiPropertyOptional({
    description: 'Types with commas between them, `member.*` for all of a noun. Absent: every type.',
    example: 'member.provisioned,team.*',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TYPES)
  types?: string;
}

export class FeedQuery extends StreamQuery {
  @ApiPropertyOptional({
    type: 'integer',
    default: FEED_LIMITS.page.usual,
    minimum: 1,
    maximum: FEED_LIMITS.page.most,
    description: 'Most events.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(FEED_LIMITS.page.most)
  limit: number = FEED_LIMITS.page.usual;

  @ApiPropertyOptional({
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: FEED_LIMITS.wait,
    description: 'Seconds that an answer without events waits for the next one.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(FEED_LIMITS.wait)
  wait: number = 0;
}

/** A CloudEvent 1.0; the schema of each type's `data` is at `/docs/events`. */
export class EventItem implements CloudEvent {
  @ApiProperty({ enum: ['1.0'] })
  specversion!: '1.0';

  @ApiProperty({ format: 'uuid', description: 'What to drop duplicates by.' })
  id!: string;

  @ApiProperty({ description: '`urn:muster:tenant:` and the id of the tenant.' })
  source!: string;

  @ApiProperty({ examples: ['muster.member.deactivated'] })
  type!: string;

  @ApiProperty({ format: 'uuid', description: 'What it happened to; a member goes by the account, not the SCIM id.' })
  subject!: string;

  @ApiProperty({ format: 'date-time' })
  time!: string;

  @ApiProperty({ enum: ['application/json'] })
  datacontenttype!: 'application/json';

  @ApiProperty({ description: 'The place in the order of the tenant: 1, 2, 3 … without gaps.', examples: ['42'] })
  sequence!: string;

  @ApiProperty({ enum: ['Integer'] })
  sequencetype!: 'Integer';

  @ApiProperty({ type: String, examples: ['member'] })
  subjecttype!: CloudEvent['subjecttype'];

  @ApiProperty({ enum: ['service_account', 'operator', 'system'] })
  actortype!: CloudEvent['actortype'];

  @ApiPropertyOptional({ format: 'uuid', description: 'The service account that did it.' })
  actorid?: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'By type, as `/docs/events` says.' })
  data!: CloudEvent['data'];
}

export class EventPage {
  @ApiProperty({ type: [EventItem] })
  items!: readonly EventItem[];

  @ApiProperty({ description: 'Goes into `after` to read on; it never expires.' })
  next!: string;

  @ApiProperty({ description: 'Whether there is more to be had at once.' })
  hasMore!: boolean;
}
