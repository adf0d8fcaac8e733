import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';
import { LIMITS, TENANT_LIMITS, type TenantLimitName } from '../../config/limits.js';
import type { TenantLimits } from '../../domain/tenant.js';
import { type LimitChanges, MAX_LIMIT, minimumOf } from '../limit-changes.js';

const describe = (name: TenantLimitName) => ({
  type: 'integer' as const,
  description: `In ${LIMITS[name].unit}; ${LIMITS[name].value} where it is not set.`,
});

/** Limits that are to be different; null: the default again; what is absent stays as it is. */
export class LimitsRevision implements LimitChanges {
  [name: string]: number | null | undefined;
}

/** Limits that the operator set; the others are as by default. */
export class LimitsItem implements TenantLimits {
  readonly [name: string]: number | undefined;
}

for (const name of TENANT_LIMITS) {
  const bounds = { minimum: minimumOf(name), maximum: MAX_LIMIT };
  const rules = [
    ApiPropertyOptional({ ...describe(name), ...bounds, type: Number, nullable: true }),
    ValidateIf((_, value) => value !== undefined && value !== null),
    IsInt(),
    Min(bounds.minimum),
    Max(bounds.maximum),
  ];
  for (const rule of rules) rule(LimitsRevision.prototype, name);
  ApiPropertyOptional(describe(name))(LimitsItem.prototype, name);
}
