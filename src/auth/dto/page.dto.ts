import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { TOKEN_KINDS, type TokenKind } from '../../domain/credentials.js';

const DEFAULT_LIMIT = 50;
const MOST = 200;

/** A page of a list in the order of ids, which is that of their creation. */
export class AccountPageQuery {
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

export class TokenPageQuery extends AccountPageQuery {
  @ApiPropertyOptional({
    enum: TOKEN_KINDS,
    default: 'issued',
    description: 'Tokens that admins made, or those of the OAuth token endpoint.',
  })
  @IsIn(TOKEN_KINDS)
  kind: TokenKind = 'issued';
}

/** What every page says besides its items. */
export class AccountPageAnswer {
  @ApiProperty({ type: String, nullable: true, description: 'Goes into `after` for the next page; null on the last.' })
  next!: string | null;
}
