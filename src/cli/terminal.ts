import type { Environment } from '../config/config.js';

/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly env: Environment;
  /** Results; all that a program reading them may see. */
  out(text: string): void;
  /** Resolves when the reader has kept up with `out`; for results of any length. */
  drained?(): Promise<void>;
  /** Everything said to people. */
  err(text: string): void;
}

/** One JSON document on a line of its own. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value)}\n`);
}

/** Columns as wide as their widest cell. */
export function printTable(terminal: Terminal, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  for (const line of lines) {
    const cells = line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    terminal.out(`${cells.join('  ').trimEnd()}\n`);
  }
}
