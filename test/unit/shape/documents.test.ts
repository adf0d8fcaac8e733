import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { KNOWN_NAMES } from '../../../src/config/config.js';
import { generatedSection, markdownTable } from './generated-section.js';
import { ROOT } from './source.js';

interface ExampleSettings {
  readonly names: readonly string[];
  readonly defaults: readonly string[];
  readonly text: string;
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const SETTING = /^(?<comment># )?(?<name>[A-Z][A-Z0-9_]*)=(?<value>.*)$/;

/** The paragraphs of .env.example: a comment, then the settings it is about, commented out where they have no default. */
function exampleSettings(): ExampleSettings[] {
  return read('.env.example')
    .split(/\n\n+/)
    .map((paragraph) => paragraph.split('\n').filter((line) => line !== ''))
    .map((lines) => {
      const settings = lines.flatMap((line) => {
        const groups = SETTING.exec(line)?.groups;
        return groups ? [groups] : [];
      });
      return {
        names: settings.map(({ name }) => name ?? ''),
        defaults: settings.map(({ comment, value }) => (comment === undefined ? `\`${value}\`` : 'unset')),
        text: lines.flatMap((line) => (SETTING.test(line) ? [] : [line.replace(/^# /, '')])).join(' '),
      };
    })
    .filter(({ names }) => names.length > 0);
}

describe('The documents', () => {
  it('list every setting with its default, as .env.example does (npm run golden rewrites README.md)', () => {
    const settings = exampleSettings();
    const table = markdownTable(
      ['setting', 'default', 'what it decides'],
      settings.map(({ names, defaults, text }) => [
        names.map((name) => `\`${name}\``).join(', '),
        [...new Set(defaults)].join(', '),
        text,
      ]),
    );
    const listed = settings.flatMap(({ names }) => names);
    expect(KNOWN_NAMES.filter((name) => !name.endsWith('_FILE') && !listed.includes(name))).toEqual([]);
    expect(generatedSection('README.md', 'settings', table)).toBe(table);
  });

  it.each(documents)('%s links to files that are there', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([]);
  });

  it.each(documents)('%s names scripts that package.json has', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(path).matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each(documents)('%s names sources that are there', (path) => {
    const named = [...read(path).matchAll(/`((?:src|test|bin|migrations|docs)\/[\w./-]+)`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});
