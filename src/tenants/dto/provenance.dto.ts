import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TEAM_PERMISSIONS, type TeamPermission } from '../../domain/team-access.js';

/** One way into a team. */
export class ProvenanceItem {
  @ApiProperty({ enum: ['direct', 'group'], description: 'A membership of the team itself, or of a linked group.' })
  via!: 'direct' | 'group';

  @ApiPropertyOptional({ format: 'uuid', description: 'Only of a group.' })
  groupId?: string;

  @ApiPropertyOptional({ examples: ['Engineering'], description: 'Only of a group.' })
  groupName?: string;

  @ApiProperty({ enum: TEAM_PERMISSIONS, description: 'What this way gives.' })
  permission!: TeamPermission;
}
