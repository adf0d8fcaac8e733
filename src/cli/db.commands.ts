import { type Command, InvalidArgumentError } from 'commander';
import { type Migration, migrateDown, migrateUp } from '../persistence/migrations.js';
import { withDatabase } from './installation.js';
import type { Terminal } from './terminal.js';

export function addDatabaseCommands(program: Command, terminal: Terminal): void {
  const db = program.command('db').description('schema of the database');

  db.command('migrate')
    .description('apply the migrations that are missing')
    .action(() => withDatabase(terminal, async ({ ownerUrl }) => tell(terminal, 'Applied', await migrateUp(ownerUrl))));

  db.command('revert')
    .description('take back the last migration, and with it what was in its tables')
    .option('--steps <number>', 'how many', wholeNumber, 1)
    .action(({ steps }: { steps: number }) =>
      withDatabase(terminal, async ({ ownerUrl }) => tell(terminal, 'Took back', await migrateDown(ownerUrl, steps))),
    );
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number from 1 is needed.');
}

function tell(terminal: Terminal, did: string, migrations: readonly Migration[]): void {
  for (const { version, name } of migrations) {
    terminal.out(`${did} ${String(version).padStart(4, '0')} ${name}\n`);
  }
  if (migrations.length === 0) terminal.out('There was nothing to do.\n');
}
