import { describe, expect, it } from '@jest/globals';
import { LIMITS, type Limit } from '../../../src/config/limits.js';
import { SCIM_LIMITS } from '../../../src/scim/index.js';
import { generatedSection, markdownTable } from './generated-section.js';

const rows = (limits: Readonly<Record<string, Limit>>): string =>
  markdownTable(
    ['limit', 'value', 'for each', 'over it'],
    Object.entries(limits).map(([name, { value, unit, scope, exceeded }]) => [
      `\`${name}\``,
      `${value.toLocaleString('en-GB').replaceAll(',', ' ')} ${unit}`,
      scope,
      exceeded,
    ]),
  );

describe('docs/limits.md', () => {
  it.each([
    ['server limits', LIMITS],
    ['engine limits', SCIM_LIMITS],
  ])('lists all %s with their values (npm run golden rewrites it)', (section, limits) => {
    expect(generatedSection('docs/limits.md', section, rows(limits))).toBe(rows(limits));
  });
});
