import { ApiProperty } from '@nestjs/swagger';
import type { TeamSummary } from '../../persistence/team-access.repository.js';
import { PageAnswer } from './page.dto.js';

export class TeamItem implements TeamSummary {
  @ApiProperty({ format: 'uuid', description: 'Also the id of the Group on the wire.' })
  id!: string;

  @ApiProperty({ examples: ['Platform'] })
  displayName!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What the identity provider calls it.' })
  externalId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Who manages it; null: made by hand.' })
  connectionId!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class TeamPage extends PageAnswer {
  @ApiProperty({ type: [TeamItem] })
  items!: readonly TeamItem[];
}
