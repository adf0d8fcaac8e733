import { ApiProperty } from '@nestjs/swagger';
import { TEAM_PERMISSIONS, type TeamPermission } from '../../domain/team-access.js';
import { ProvenanceItem } from './provenance.dto.js';

export class TeamAccessItem {
  @ApiProperty({ format: 'uuid' })
  teamId!: string;

  @ApiProperty({ examples: ['Platform'] })
  teamName!: string;

  @ApiProperty({ enum: TEAM_PERMISSIONS, description: 'The highest that any way gives.' })
  permission!: TeamPermission;

  @ApiProperty({ type: [ProvenanceItem], description: 'Every way into the team.' })
  provenance!: readonly ProvenanceItem[];
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

export class MemberAccessAnswer {
  @ApiProperty({ format: 'uuid', description: 'The account, stable for life.' })
  memberId!: string;

  @ApiProperty({ examples: ['mara.lindqvist@northwind.example'] })
  userName!: string;

  @ApiProperty({ description: 'While false, both lists are empty; the memberships stay.' })
  active!: boolean;

  @ApiProperty({ type: [TeamAccessItem], description: 'Every team, joined directly or through groups.' })
  teams!: readonly TeamAccessItem[];

  @ApiProperty({ type: [HeldGrantItem], description: 'The union of the grants of these teams.' })
  grants!: readonly HeldGrantItem[];
}
