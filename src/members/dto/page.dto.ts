import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

const DEFAULT_LIMIT = 100;
const MOST = 1000;

/** A page of a list in the order of ids. */
export class MemberPageQuery {
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

  @ApiPropertyOptional({ format: 'uuid', description: '`next` of the page before; absent for the first.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

/** What every page says besides its items. */
export class MemberPageAnswer {
  @ApiProperty({ type: String, nullable: true, description: 'Goes into `after` for the next page; null on the last.' })
  next!: string | null;
}
