import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MappedAttribute } from '../../../src/tenants/setup/guide.js';
import type { SetupGuide } from '../../../src/tenants/setup/setup-guide.js';
import { markdownTable } from '../shape/generated-section.js';
import { ROOT } from '../shape/source.js';

/** The page of a guide in docs/guides. */
export function guidePage({ idp, title, summary, steps, users, groups, notes, sources }: SetupGuide): string {
  const numbered = steps.map(
    (step, index) =>
      `### ${index + 1}. ${step.title}\n\n${step.text}\n${step.fields.length === 0 ? '' : `\n${fields(step.fields)}`}`,
  );
  return [
    `# ${title}`,
    summary,
    `Make a connection with the profile \`${idp}\`; its SCIM URL and its token are printed, the token this once:`,
    `\`\`\`sh\nnpm run --silent muster -- connection create --tenant acme --idp ${idp}\n\`\`\``,
    'The same steps with the values of a connection: `muster connection setup`, or `GET /api/v1/connections/:id/setup`.',
    '## Steps',
    numbered.join('\n').trimEnd(),
    '## Attributes of users',
    mapping(users),
    '## Attributes of groups',
    mapping(groups),
    '## Worth knowing',
    notes.map((note) => `- ${note}`).join('\n'),
    ...further(idp),
    '## Sources',
    sources.map((source) => `- <${source}>`).join('\n'),
  ]
    .map((part) => `${part.trimEnd()}\n`)
    .join('\n');
}

/** Values of several lines stand below the table. */
function fields(all: SetupGuide['steps'][number]['fields']): string {
  const isLong = ({ value }: { readonly value: string }) => value.includes('\n');
  const table = markdownTable(
    ['field', 'value'],
    all.map((field) => [field.name, isLong(field) ? 'below' : cell(field.value)]),
  );
  const long = all.filter(isLong).map(({ name, value }) => `\n${name}:\n\n\`\`\`json\n${value}\n\`\`\`\n`);
  return table + long.join('');
}

function mapping(rows: readonly MappedAttribute[]): string {
  return markdownTable(
    ['SCIM', 'there', 'note'],
    rows.map(({ scim, idp, note }) => [`\`${scim}\``, cell(idp), cell(note)]),
  );
}

function further(idp: string): string[] {
  const page = `docs/idp/${idp.replace('okta-custom', 'okta')}.md`;
  return existsSync(join(ROOT, page)) ? ['## What it sends', `Request by request: [${page}](../../${page}).`] : [];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
