import { ApiProperty } from '@nestjs/swagger';
import { TEAM_PERMISSIONS, type TeamPermission } from '../../domain/team-access.js';
import { PageAnswer } from './page.dto.js';
import { ProvenanceItem } from './provenance.dto.js';

export class TeamMemberItem {
  @ApiProperty({ format: 'uuid', description: 'The account, stable for life.' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The id of the User on the wire.' })
  scimId!: string | null;

  @ApiProperty({ examples: ['mara.lindqvist@northwind.example'] })
  userName!: string;

  @ApiProperty({ description: 'An inactive member keeps the membership and may do nothing.' })
  active!: boolean;

  @ApiProperty({ enum: TEAM_PERMISSIONS, description: 'The highest that any way gives.' })
  permission!: TeamPermission;

  @ApiProperty({ type: [ProvenanceItem], description: 'Every way into the team.' })
  provenance!: readonly ProvenanceItem[];
}

export class TeamMemberPage extends PageAnswer {
  @ApiProperty({ type: [TeamMemberItem] })
  items!: readonly TeamMemberItem[];
}
