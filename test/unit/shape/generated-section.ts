import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source.js';

/**
 * The part of a document between `<!-- name: begin -->` and `<!-- name: end -->`, which a test makes from a table of the code.
 * With MUSTER_GOLDEN=write it is written first.
 */
export function generatedSection(file: string, name: string, expected: string): string {
  const path = join(ROOT, file);
  const [begin, end] = [`<!-- ${name}: begin -->\n`, `<!-- ${name}: end -->`];
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) throw new Error(`${file} has no section ${name}`);
  if (process.env.MUSTER_GOLDEN !== 'write') return text.slice(from, to);
  writeFileSync(path, text.slice(0, from) + expected + text.slice(to));
  return expected;
}

/** A Markdown table with a line end behind each row. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
