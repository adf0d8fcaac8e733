import type { FaultRunResult } from './fault-run.js';
import { faultsOf, naivelyLost, servedOf } from './verdict.js';

const SHOWN = 20;

/** @returns whether everything is as promised */
export function printReport({ seconds, faults, statuses, evidence, complaints }: FaultRunResult): boolean {
  const events = evidence.tenants.flatMap((tenant) => tenant.events);
  const fates = (fate: string) => evidence.writes.filter((write) => write.fate === fate).length;
  const found = [...complaints, ...faultsOf(evidence)];
  const rows = [
    ...[...faults].sort().map(([what, times]) => [what, times]),
    ['changes acknowledged', fates('acknowledged')],
    ['changes without an answer', fates('unknown')],
    ['changes refused', fates('refused')],
    ['events', events.length],
    ['seals', events.filter(({ seq }) => seq !== null).length],
    ['events a reader by id > last lost', naivelyLost(evidence)],
    ['seconds', Math.round(seconds)],
  ] as const;
  for (const [what, count] of rows) print(String(what), count);
  print(
    'answers',
    [...statuses]
      .sort()
      .map(([status, times]) => `${status || 'none'}: ${times}`)
      .join(', '),
  );
  process.stdout.write('\n');
  print('sink', 'due', 'delivered', 'duplicates', 'rate', 'lost', 'out of order');
  for (const { sink, due, delivered, duplicates, lost, disordered } of servedOf(evidence)) {
    print(
      sink,
      due,
      delivered,
      duplicates,
      `${((100 * duplicates) / Math.max(1, due)).toFixed(2)} %`,
      lost,
      disordered,
    );
  }
  process.stdout.write(`\n${found.length === 0 ? 'Everything is as promised.' : `${found.length} faults:`}\n`);
  for (const sentence of found.slice(0, SHOWN)) process.stdout.write(`- ${sentence}\n`);
  return found.length === 0;
}

function print(name: string, ...columns: readonly (string | number)[]): void {
  process.stdout.write(`${name.padEnd(36)}${columns.map((column) => String(column).padStart(13)).join('')}\n`);
}
