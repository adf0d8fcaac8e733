import { describe, expect, it } from '@jest/globals';
import { IDP_NAMES, IDP_PROFILES } from '../../../src/domain/idp-profile.js';
import { TOLERANCES, type ToleranceRow, type WireSample } from '../../../src/scim/index.js';
import { generatedSection, markdownTable } from './generated-section.js';

const PLACES: Readonly<Record<WireSample['in'], string>> = {
  User: '',
  Group: 'of a Group: ',
  operation: 'PATCH: ',
  PATCH: 'PATCH: ',
  filter: 'filter: ',
};

/** In a cell of a table a pipe would end it. */
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

function came({ samples, needs }: ToleranceRow): string {
  const texts = samples.map(({ in: where, bytes }) => `${PLACES[where]}${code(bytes)}`).join('<br>');
  const profiles = needs && IDP_NAMES.filter((name) => IDP_PROFILES[name].dialect[needs]).map(code);
  return profiles ? `${texts}<br>only with ${profiles.join(', ')}` : texts;
}

describe('docs/scim.md', () => {
  it('lists every tolerance with what it accepts (npm run golden rewrites it)', () => {
    const table = markdownTable(
      ['tolerance', 'what came', 'meaning'],
      Object.entries(TOLERANCES).map(([name, row]) => [code(name), came(row), row.meaning]),
    );
    expect(generatedSection('docs/scim.md', 'tolerances', table)).toBe(table);
  });

  it('lists every profile with its switches (npm run golden rewrites it)', () => {
    const table = markdownTable(
      [
        'profile',
        'lenient',
        'missing element is made by `replace`',
        'bare words in filters',
        'empty PATCH',
        'POST reactivates by `userName`',
        'PUT without `members` keeps them',
        'own id as `externalId` is not stored',
      ],
      IDP_NAMES.map((name) => {
        const { dialect, ...profile } = IDP_PROFILES[name];
        const switches = [
          dialect.lenient,
          dialect.replaceCreates,
          dialect.bareWords,
          dialect.emptyPatch,
          profile.reactivateByUserName,
          profile.putKeepsMembers,
          profile.ignoreOwnIdAsExternalId,
        ];
        return [code(name), ...switches.map((on) => (on ? 'yes' : ''))];
      }),
    );
    expect(generatedSection('docs/scim.md', 'profiles', table)).toBe(table);
  });
});
