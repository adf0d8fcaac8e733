import { describe, expect, it } from '@jest/globals';
import { FOLDERS } from './directions.js';
import { generatedSection, markdownTable } from './generated-section.js';
import { violations } from './rules.js';
import { inspect, readSources } from './source.js';

const sources = readSources();

describe('The shape of the sources', () => {
  it('follows the tables of directions.ts in every file', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(violations)).toEqual([]);
  });

  it('has no folder that the table does not know, and none in the table that is gone', () => {
    const folders = new Set(sources.map(({ folder }) => folder));
    expect([...folders].sort()).toEqual(FOLDERS.map(({ name }) => name).sort());
  });

  it('leads downwards only: nobody imports a higher rank, nor a neighbour', () => {
    const rank = new Map(FOLDERS.map((folder) => [folder.name, folder.rank]));
    const upwards = FOLDERS.flatMap(({ name, mayImport }) =>
      mayImport.filter((other) => rank.get(other)! >= rank.get(name)!).map((other) => `${name} → ${other}`),
    );
    expect(upwards).toEqual([]);
  });

  it('is the one ARCHITECTURE.md prints (npm run golden rewrites it)', () => {
    const rows = FOLDERS.map(({ rank, name, holds, mayImport }) => [
      String(rank),
      name === 'top' ? 'files in `src/` itself' : `\`${name}/\``,
      holds,
      mayImport.join(', ') || 'nothing of ours',
    ]);
    const table = markdownTable(['rank', 'folder', 'holds', 'may import'], rows);
    expect(generatedSection('ARCHITECTURE.md', 'directions', table)).toBe(table);
  });
});

describe('Each rule finds what it forbids', () => {
  it.each([
    [
      'a lower rank that imports a higher one',
      'persistence/a.ts',
      `import { a } from '../http/a.js';`,
      'may not import',
    ],
    ['a neighbour', 'users/a.ts', `import type { A } from '../tenants/a.js';`, 'may not import'],
    ['a pure layer that imports another', 'domain/a.ts', `import { a } from '../scim/index.js';`, 'may not import'],
    ['an import that waits for its line', 'http/a.ts', `await import('../persistence/a.js');`, 'may not import'],
    ['a way round the door of scim', 'http/a.ts', `import { a } from '../scim/json.js';`, 'past the door'],
    ['a folder nobody knows', 'helpers/a.ts', `import { a } from '../scim/index.js';`, 'not in the table'],
    ['SQL outside persistence', 'users/a.ts', `import pg from 'pg';`, 'belongs to'],
    ['a deep import of TypeORM', 'cli/a.ts', `import { a } from 'typeorm/driver/a.js';`, 'belongs to'],
    ['Nest in the domain', 'domain/a.ts', `import { Injectable } from '@nestjs/common';`, 'nothing from outside'],
    ['Node.js in the engine', 'scim/a.ts', `import { hash } from 'node:crypto';`, 'nothing from outside'],
    ['a barrel', 'users/index.ts', `export { a } from './a.js';`, 're-exports'],
    ['a clock of one’s own', 'users/a.ts', 'const now = new Date();', 'asks the time'],
    ['the clock by its other name', 'users/a.ts', 'const now = Date.now();', 'asks the time'],
    ['the environment', 'http/a.ts', 'const port = process.env.PORT;', 'process.env'],
    ['the environment in brackets', 'http/a.ts', `const port = process['env'];`, 'process.env'],
  ])('%s', (_, path, text, fault) => {
    expect(violations(inspect(path, text)).join('\n')).toContain(fault);
  });

  it.each([
    ['what the table allows', 'users/a.ts', `import { a } from '../scim/index.js'; import { b } from './b.js';`],
    ['a Date that reads a given time', 'users/a.ts', 'const then = new Date(text); const at = Date.parse(text);'],
    ['a package whose name only begins alike', 'http/a.ts', `import a from 'pgtools';`],
  ])('and lets %s pass', (_, path, text) => {
    expect(violations(inspect(path, text))).toEqual([]);
  });
});
