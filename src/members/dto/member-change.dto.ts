import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, IsUUID, Matches, MaxLength, ValidateIf } from 'class-validator';
import { PRINTABLE } from './member.dto.js';

const LONGEST_EXTERNAL_ID = 256;
const LONGEST_USER_NAME = 1000;

export class LinkBody {
  @ApiProperty({ format: 'uuid', description: 'The connection that will manage the member.' })
  @IsUUID()
  connectionId!: string;

  @ApiPropertyOptional({
    maxLength: LONGEST_EXTERNAL_ID,
    examples: ['00uk42'],
    description: 'What the identity provider calls the member. Absent: whatever it will send.',
  })
  @IsOptional()
  @Matches(PRINTABLE)
  @MaxLength(LONGEST_EXTERNAL_ID)
  externalId?: string;
}

export class ActivityBody {
  @ApiPropertyOptional({
    default: false,
    description:
      'Whether it is meant for a member whom a connection manages: it lasts until the identity provider next speaks of `active`.',
  })
  @IsBoolean()
  override: boolean = false;
}

export class ExternalIdBody {
  @ApiProperty({
    type: String,
    nullable: true,
    maxLength: LONGEST_EXTERNAL_ID,
    examples: ['00uk42'],
    description: 'null: none.',
  })
  @ValidateIf((_, value) => value !== null)
  @Matches(PRINTABLE)
  @MaxLength(LONGEST_EXTERNAL_ID)
  externalId!: string | null;
}

export class BreakGlassBody {
  @ApiProperty({ examples: [true] })
  @IsBoolean()
  breakGlass!: boolean;
}

export class ErasureBody {
  @ApiProperty({
    maxLength: LONGEST_USER_NAME,
    examples: ['mara.lindqvist@northwind.example'],
    description: 'The userName of the member: nobody is erased for a wrong id.',
  })
  @IsString()
  @MaxLength(LONGEST_USER_NAME)
  userName!: string;
}
