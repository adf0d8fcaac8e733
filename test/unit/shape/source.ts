import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the rules ask of one file. */
export interface Source {
  /** From `src/`, such as `scim/filter/parser.ts`. */
  readonly path: string;
  readonly folder: string;
  /** As written: `./ast.js`, `pg`. */
  readonly imports: readonly string[];
  readonly reExports: boolean;
  readonly readsClock: boolean;
  readonly readsEnvironment: boolean;
}

export function readSources(): Source[] {
  const root = join(ROOT, 'src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => inspect(path, readFileSync(join(root, path), 'utf8')));
}

export function inspect(path: string, text: string): Source {
  const nodes = [...allNodes(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true))];
  return {
    path,
    folder: folderOf(path),
    imports: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
    reExports: nodes.some((node) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined),
    readsClock: nodes.some(asksTheTime),
    readsEnvironment: nodes.some((node) => isMember(node, 'process', 'env')),
  };
}

/** The file that a relative import means, from `src/`; undefined for a package. */
export function targetOf(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(dirname(source.path), specifier).replace(/\.js$/, '.ts');
}

export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'top';
}

function* allNodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* allNodes(child);
}

/** `new Date()`, `Date()` and `Date.now`. With an argument a Date only reads a time that was given. */
function asksTheTime(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return isNamed(node.expression, 'Date') && !node.arguments?.length;
  if (ts.isCallExpression(node)) return isNamed(node.expression, 'Date');
  return isMember(node, 'Date', 'now');
}

function isMember(node: ts.Node, object: string, member: string): boolean {
  if (ts.isPropertyAccessExpression(node)) return isNamed(node.expression, object) && node.name.text === member;
  if (!ts.isElementAccessExpression(node) || !isNamed(node.expression, object)) return false;
  return ts.isStringLiteral(node.argumentExpression) && node.argumentExpression.text === member;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}
