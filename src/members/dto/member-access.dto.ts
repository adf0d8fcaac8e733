import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TEAM_PERMISSIONS, type TeamPermission } from '../../domain/team-access.js';

/** One way into a team. */
export class TeamWayItem {
  @ApiProperty({ enum: ['direct', 'group'], description: 'A membership of the team itself, or of a linked group.' })
  via!: 'direct' | 'group';

  @ApiPropertyOptional({ format: 'uuid', description: 'Only of a group.' })
  groupId?: string;

  @ApiPropertyOptional({ examples: ['Engineering'], description: 'Only of a group.' })
  groupName?: string;

  @ApiProperty({ enum: TEAM_PERMISSIONS, description: 'What this way gives.' })
  permission!: TeamPermission;
}

export class TeamAccessItem {
  @ApiProperty({ format: 'uuid' })
  teamId!: string;

  @ApiProperty({ examples: ['Platform'] })
  teamName!: string;

  @ApiProperty({ enum: TEAM_PERMISSIONS, description: 'The highest that any way gives.' })
  permission!: TeamPermission;

  @ApiProperty({ type: [TeamWayItem], description: 'Every way into the team.' })
  provenance!: readonly TeamWayItem[];
}

export class GrantSource {
  @ApiProperty({ format: 'uuid' })
  teamId!: string;

  @ApiProperty({ examples: ['Platform'] })
  teamName!: string;
}

export class HeldGrantItem {
  @ApiProperty({ examples: ['reports:read'] })
  name!: string;

  @ApiProperty({ type: [GrantSource], description: 'The teams of the member that have this grant.' })
  from!: readonly GrantSource[];
}

/** What a member may do, and why. */
export class AccessItem {
  @ApiProperty({ type: [TeamAccessItem], description: 'Every team, joined directly or through groups.' })
  teams!: readonly TeamAccessItem[];

  @ApiProperty({ type: [HeldGrantItem], description: 'The union of the grants of these teams.' })
  grants!: readonly HeldGrantItem[];
}

export class MemberAccessAnswer extends AccessItem {
  @ApiProperty({ format: 'uuid', description: 'The account, stable for life.' })
  memberId!: string;

  @ApiProperty({ examples: ['mara.lindqvist@northwind.example'] })
  userName!: string;

  @ApiProperty({ description: 'While false, both lists are empty; the memberships stay.' })
  active!: boolean;
}
