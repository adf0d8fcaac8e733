import { ApiProperty } from '@nestjs/swagger';

export class ToleranceItem {
  @ApiProperty({ examples: ['boolean-as-string'] })
  tolerance!: string;

  @ApiProperty({ type: 'integer', description: 'Requests in which it was used.' })
  uses!: number;

  @ApiProperty({ format: 'date-time' })
  lastUsedAt!: string;

  @ApiProperty({ description: 'What was accepted, in a sentence.' })
  meaning!: string;
}

export class ToleranceList {
  @ApiProperty({ type: [ToleranceItem], description: 'The most used first.' })
  items!: readonly ToleranceItem[];
}
