import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { REVIEW_STATUSES, type ReviewStatus } from '../../domain/adoption-review.js';
import type { MemberResource } from '../../domain/member.js';
import type { ReviewDetail, ReviewSummary } from '../adoption-reviews.service.js';
import { MemberPageAnswer, MemberPageQuery } from './page.dto.js';

const LONGEST_VERSION = 64;

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

  @ApiProperty({
    type: String,
    nullable: true,
    examples: ['5f0c2b1e9a7d4c3f8b6a1d2e3f4a5b6c'],
    description: 'Changes when the identity provider sends another User; sent to approve it. Null once it is decided.',
  })
  version!: string | null;
}

export class ApprovalBody {
  @ApiProperty({
    maxLength: LONGEST_VERSION,
    examples: ['5f0c2b1e9a7d4c3f8b6a1d2e3f4a5b6c'],
    description: '`version` of the review as it was read before the decision.',
  })
  @IsString()
  @MaxLength(LONGEST_VERSION)
  version!: string;
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
