import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { DISABLED_REASONS, type DisabledReason, type WebhookEndpoint } from '../../domain/webhook-endpoint.js';
import { WebhookPageAnswer } from './page.dto.js';

/** Unlike IsOptional it lets no null pass. */
const IfPresent = () => ValidateIf((_, value) => value !== undefined);

const STATUSES = ['enabled', 'disabled'] as const;
const LONGEST_URL = 2048;
const LONGEST_DESCRIPTION = 500;
const MOST_PATTERNS = 50;
const LONGEST_PATTERN = 100;
const LONGEST_OVERLAP = 7 * 24;
const DEFAULT_OVERLAP = 24;
/** Text of one line. */
const PRINTABLE = /^\P{Cc}*$/u;

export class EndpointWish {
  @ApiProperty({ maxLength: LONGEST_URL, examples: ['https://hooks.example.com/muster'] })
  @IsString()
  @MaxLength(LONGEST_URL)
  url!: string;

  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION, default: '', description: 'For people.' })
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  @Matches(PRINTABLE)
  description: string = '';

  @ApiPropertyOptional({
    type: [String],
    default: [],
    examples: [['member.*', 'team.created']],
    description: 'Which events are sent; none: all of them, also of kinds to come.',
  })
  @IsArray()
  @ArrayMaxSize(MOST_PATTERNS)
  @IsString({ each: true })
  @MaxLength(LONGEST_PATTERN, { each: true })
  eventTypes: string[] = [];
}

/** What is absent stays as it is. */
export class EndpointRevision {
  @ApiPropertyOptional({ maxLength: LONGEST_URL })
  @IfPresent()
  @IsString()
  @MaxLength(LONGEST_URL)
  url?: string;

  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION })
  @IfPresent()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  @Matches(PRINTABLE)
  description?: string;

  @ApiPropertyOptional({ type: [String] })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MOST_PATTERNS)
  @IsString({ each: true })
  @MaxLength(LONGEST_PATTERN, { each: true })
  eventTypes?: string[];

  @ApiPropertyOptional({
    enum: STATUSES,
    description: 'A disabled endpoint gets nothing; what waits for it goes on waiting.',
  })
  @IfPresent()
  @IsIn(STATUSES)
  status?: WebhookEndpoint['status'];
}

export class EndpointItem implements WebhookEndpoint {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['https://hooks.example.com/muster'] })
  url!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: [String], description: 'None: all of them.' })
  eventTypes!: readonly string[];

  @ApiProperty({ enum: STATUSES })
  status!: WebhookEndpoint['status'];

  @ApiProperty({
    type: String,
    enum: [...DISABLED_REASONS, null],
    nullable: true,
    description:
      'By hand; because it answered 410; because nothing but failures happened for five days; or because its secret cannot be decrypted, so that nothing can be signed.',
  })
  disabledReason!: DisabledReason | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since then no attempt has succeeded.',
  })
  failingSince!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class NewEndpoint extends EndpointItem {
  @ApiProperty({ pattern: '^whsec_', description: 'What its webhooks are signed with. It is shown this once.' })
  secret!: string;
}

export class EndpointPage extends WebhookPageAnswer {
  @ApiProperty({ type: [EndpointItem] })
  items!: readonly EndpointItem[];
}

export class RotationWish {
  @ApiPropertyOptional({
    type: 'integer',
    default: DEFAULT_OVERLAP,
    minimum: 0,
    maximum: LONGEST_OVERLAP,
    description: 'Hours for which webhooks are signed with the old secret too.',
  })
  @IsInt()
  @Min(0)
  @Max(LONGEST_OVERLAP)
  overlapHours: number = DEFAULT_OVERLAP;
}

export class NewSecret {
  @ApiProperty({ pattern: '^whsec_', description: 'It is shown this once.' })
  secret!: string;

  @ApiProperty({ format: 'date-time', description: 'Until then webhooks are signed with the old secret too.' })
  oldExpiresAt!: string;
}
