import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { TEAM_PERMISSIONS, type TeamLink, type TeamPermission } from '../../domain/team-access.js';
import { PageAnswer } from './page.dto.js';

export class LinkWish {
  @ApiProperty({ enum: TEAM_PERMISSIONS, description: 'What the members of the group may do in the team.' })
  @IsIn(TEAM_PERMISSIONS)
  permission!: TeamPermission;
}

export class LinkItem implements TeamLink {
  @ApiProperty({ format: 'uuid' })
  groupId!: string;

  @ApiProperty({ examples: ['Engineering'] })
  groupName!: string;

  @ApiProperty({ enum: TEAM_PERMISSIONS })
  permission!: TeamPermission;
}

export class LinkPage extends PageAnswer {
  @ApiProperty({ type: [LinkItem] })
  items!: readonly LinkItem[];
}
