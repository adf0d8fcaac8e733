import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE, EVENT_TYPES } from '../../../../src/events/catalogue/catalogue.js';
import { eventExample } from '../../../../src/events/catalogue/event-schema.js';
import { typePattern } from '../../../../src/events/catalogue/type-pattern.js';
import { eventFaults } from '../../../support/event-schemas.js';
import { generatedSection, markdownTable } from '../../shape/generated-section.js';
import { ROOT } from '../../shape/source.js';

describe('The catalogue of events', () => {
  it.each(EVENT_TYPES)('has an example of %s that fits its own schema', (type) => {
    expect(eventFaults(eventExample(type))).toEqual([]);
  });

  it.each<[string, object]>([
    ['a type that is not there', { type: 'muster.member.promoted' }],
    ['a member that the schema does not name', { data: { ...eventExample('member.updated').data, password: 'x' } }],
    ['a member that is missing', { data: {} }],
    ['a value of the wrong type', { data: { ...eventExample('member.updated').data, changed: 'title' } }],
    ['another subject', { subjecttype: 'team' }],
  ])('does not take %s, as a control', (_what, difference) => {
    expect(eventFaults({ ...eventExample('member.updated'), ...difference })).not.toEqual([]);
  });

  it('says of every type what it is, in words of its own', () => {
    const texts = Object.values(EVENT_CATALOGUE).flatMap(({ title, description }) => [title, description]);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });

  it('is the list that docs/events.md prints (npm run golden rewrites it)', () => {
    const rows = EVENT_TYPES.map((type) => {
      const { description, data } = EVENT_CATALOGUE[type];
      const required = data.required ?? [];
      const members = Object.keys(data.properties ?? {}).map(
        (name) => `\`${name}\`${required.includes(name) ? '' : '?'}`,
      );
      return [`\`${type}\``, description, members.join(', ')];
    });
    const table = markdownTable(['type', 'when', '`data`'], rows);
    expect(generatedSection('docs/events.md', 'event-types', table)).toBe(table);
  });
});

const QUOTED = /'((?:member|team|tenant|token|connection|service_account|webhook_endpoint|audit|auth)\.[a-z_]+)'/g;

/** Names in quotes that begin with the noun of an event. */
function quotedNames(): string[] {
  const root = join(ROOT, 'src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const makers = files.filter((path) => !path.startsWith(join('events', 'catalogue')));
  return makers.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(QUOTED)].map(([, name]) => name!),
  );
}

describe('Every name of an event in the sources', () => {
  it('is in the catalogue, also where SQL makes the event', () => {
    const named = new Set(quotedNames());
    expect([...named].filter((name) => !EVENT_TYPES.some((type) => type === name))).toEqual([]);
    expect(named).toContain('team.membership_changed');
    expect(named.size).toBeGreaterThan(20);
  });
});

describe('A filter of types', () => {
  it.each<[string, readonly string[]]>([
    ['member.linked', ['member.linked']],
    ['muster.member.linked', ['member.linked']],
    ['token.*', ['token.created', 'token.revoked', 'token.rotated', 'token.issued']],
    ['muster.token.*', ['token.created', 'token.revoked', 'token.rotated', 'token.issued']],
  ])('%s means %p', (pattern, types) => {
    expect(typePattern(pattern)).toEqual({ types });
  });

  it.each([
    ['member.provisionned', 'member.provisioned'],
    ['members.*', 'member.*'],
    ['team', 'team.*'],
    ['Member.linked', 'member.linked'],
  ])('%s means nothing, and %s was meant', (pattern, closest) => {
    expect(typePattern(pattern)).toEqual({ unknown: pattern, closest });
  });

  it.each(['', '*', '*.*', 'member.', '.created', 'toString', '__proto__', "'; drop table seals"])(
    '%p means nothing',
    (pattern) => {
      expect(typePattern(pattern)).toMatchObject({ unknown: pattern });
    },
  );
});
