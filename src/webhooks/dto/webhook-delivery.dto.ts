import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsUUID, Matches, Max, Min, ValidateIf } from 'class-validator';
import type { LoggedAttempt, LoggedDelivery, SentRequest } from '../../persistence/webhooks.repository.js';
import { WebhookPageAnswer } from './page.dto.js';

/** Unlike IsOptional it lets no null pass. */
const IfPresent = () => ValidateIf((_, value) => value !== undefined);

/** RFC 3339; whether there is such a day, the service finds out. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

const STATES = ['pending', 'delivered', 'dead'] as const;

export class SentRequestItem implements SentRequest {
  @ApiProperty({ examples: ['https://hooks.example.com/muster'] })
  url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'All that were sent but the signatures, which are not kept.',
    example: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Muster',
      'webhook-id': '01a20352-4462-7086-a810-28ce40c404e6',
      'webhook-timestamp': '1795351704',
    },
  })
  headers!: Readonly<Record<string, string>>;
}

export class AttemptItem implements LoggedAttempt {
  @ApiProperty({ type: 'integer', description: 'Counted from 1; one is missing when the process that made it ended.' })
  attempt!: number;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({
    type: SentRequestItem,
    nullable: true,
    description: 'Null when nothing was sent, because nothing could be signed.',
  })
  request!: SentRequestItem | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null when nothing was answered.' })
  status!: number | null;

  @ApiProperty({ type: 'integer' })
  latencyMs!: number;

  @ApiProperty({ type: String, nullable: true, description: 'The first kilobyte of the answer.' })
  responseExcerpt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What was wrong; null for a success.' })
  error!: string | null;
}

export class DeliveryItem implements LoggedDelivery {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'Sent as `webhook-id`.' })
  eventId!: string;

  @ApiProperty({ examples: ['member.provisioned'] })
  eventType!: string;

  @ApiProperty({ type: 'integer', description: 'Place of the event in the log of the tenant.' })
  seq!: number;

  @ApiProperty({ enum: STATES, description: '`dead`: given up after the last attempt.' })
  state!: LoggedDelivery['state'];

  @ApiProperty({ type: 'integer' })
  attemptCount!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Not before this; null when it is over.',
  })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  lastError!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  deliveredAt!: string | null;

  @ApiProperty({ type: [AttemptItem], description: 'The first first.' })
  attempts!: readonly AttemptItem[];
}

export class DeliveryDetail extends DeliveryItem {
  @ApiProperty({ description: 'The body of every attempt, byte by byte.' })
  requestBody!: string;
}

export class DeliveryPage extends WebhookPageAnswer {
  @ApiProperty({ type: [DeliveryItem], description: 'The newest first.' })
  items!: readonly DeliveryItem[];
}

/** One delivery, or the events between two places of the log, or those since a time; the last two may be combined. */
export class ReplayWish {
  @ApiPropertyOptional({ format: 'uuid', description: 'Its event is sent again. Alone.' })
  @IfPresent()
  @IsUUID()
  deliveryId?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The first event.' })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  fromSeq?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The last event.' })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  toSeq?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Events since then, and perhaps a few that are older.' })
  @IfPresent()
  @Matches(DATE_TIME, { message: 'since must be a time such as 2026-11-22T12:48:24Z' })
  since?: string;
}

export class ReplayAnswer {
  @ApiProperty({ type: 'integer', description: 'Deliveries that were planned.' })
  planned!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Where to go on, as `fromSeq`; null when everything that was asked for is planned.',
  })
  nextSeq!: number | null;
}

export class TestAnswer {
  @ApiProperty({ format: 'uuid', description: 'Will be sent as `webhook-id`.' })
  eventId!: string;
}
