import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { REVIEW_STATUSES, type ReviewStatus } from '../../domain/adoption-review.js';
import type { MemberResource } from '../../domain/member.js';
import type { ReviewDetail, ReviewSummary } from '../adoption-reviews.service.js';
import { MemberPageAnswer, MemberPageQuery } from './page.dto.js';

export class ReviewQuery extends MemberPageQuery {
  @ApiPropertyOptional({ enum: REVIEW_STATUSES, default: 'open' })
  @IsIn(REVIEW_STATUSES)
  status: ReviewStatus = 'open';
}

export class ReviewedMember {
  @ApiProperty({ format: 'uuid', description: 'The account.' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The User on the wire.' })
  scimId!: string | null;

  @ApiProperty({ examples: ['mara.lindqvist@northwind.example'] })
  userName!: string;

  @ApiProperty()
  active!: boolean;
}

export class AskingConnection {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ examples: ['entra'] })
  name!: string;
}

export class ReviewItem implements ReviewSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    enum: REVIEW_STATUSES,
    description: '`expired`: nobody decided in time; it is open again when the identity provider asks again.',
  })
  status!: ReviewStatus;

  @ApiProperty({ type: ReviewedMember, description: 'Whom the connection wants to adopt.' })
  member!: ReviewedMember;

  @ApiProperty({ type: AskingConnection })
  connection!: AskingConnection;

  @ApiProperty({
    examples: ['Mara.Lindqvist@northwind.example'],
    description: 'As the identity provider sent it last.',
  })
  userName!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    examples: ['00uk42'],
    description: 'As the identity provider sent it last.',
  })
  externalId!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When it asked first.' })
  requestedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it asked last.' })
  lastRequestedAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it can no longer be approved, unless the identity provider asks again; null once it is decided.',
  })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decidedAt!: string | null;
}

export class ReviewPage extends MemberPageAnswer {
  @ApiProperty({ type: [ReviewItem] })
  items!: readonly ReviewItem[];
}

export class ReviewAnswer extends ReviewItem implements ReviewDetail {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'The User that the member would become; null once it is decided.',
  })
  attributes!: MemberResource | null;
}
