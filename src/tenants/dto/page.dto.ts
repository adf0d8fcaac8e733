import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { GRANT_NAME } from '../../domain/team-access.js';

const DEFAULT_LIMIT = 100;
const MOST = 1000;

/** How much of a list is wanted. */
class LimitQuery {
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

/** A page of a list in the order of ids. */
export class PageQuery extends LimitQuery {
  @ApiPropertyOptional({ format: 'uuid', description: '`next` of the page before; absent for the first.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

/** A page of a list in the order of names. */
export class NamePageQuery extends LimitQuery {
  @ApiPropertyOptional({ description: '`next` of the page before; absent for the first.' })
  @IsOptional()
  @Matches(GRANT_NAME)
  after?: string;
}

/** What every page says besides its items. */
export class PageAnswer {
  @ApiProperty({ type: String, nullable: true, description: 'Goes into `after` for the next page; null on the last.' })
  next!: string | null;
}
