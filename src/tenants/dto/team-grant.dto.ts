import { ApiProperty } from '@nestjs/swagger';
import { GRANT_NAME } from '../../domain/team-access.js';
import { PageAnswer } from './page.dto.js';

export class GrantItem {
  @ApiProperty({ pattern: GRANT_NAME.source, examples: ['reports:read'] })
  name!: string;
}

export class GrantPage extends PageAnswer {
  @ApiProperty({ type: [GrantItem] })
  items!: readonly GrantItem[];
}
