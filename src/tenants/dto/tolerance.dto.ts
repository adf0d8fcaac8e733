import { ApiProperty } from '@nestjs/swagger';
import type { ToleranceTotal } from '../../persistence/tolerances.repository.js';
import { TOLERANCES, type ToleranceRow } from '../../scim/index.js';

const ROWS: Readonly<Record<string, ToleranceRow>> = TOLERANCES;

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

export function toleranceItems(totals: readonly ToleranceTotal[]): ToleranceItem[] {
  return totals.map((total) => ({ ...total, meaning: ROWS[total.tolerance]?.meaning ?? 'No longer in use.' }));
}
