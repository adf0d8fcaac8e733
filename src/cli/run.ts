import { Command, CommanderError } from 'commander';
import { DomainException } from '../domain/domain-error.js';
import { toProblem } from '../http/to-problem.js';
import { addAsyncApiCommand } from './asyncapi.command.js';
import { addAuditCommands } from './audit.commands.js';
import { addConnectionCommands } from './connection.commands.js';
import { addDatabaseCommands } from './db.commands.js';
import { addMemberCommands } from './member.commands.js';
import { addOpenApiCommand } from './openapi.command.js';
import { addReviewCommands } from './review.commands.js';
import { addServiceAccountCommands } from './service-account.commands.js';
import { addTenantCommands } from './tenant.commands.js';
import type { Terminal } from './terminal.js';
import { addTokenCommands } from './token.commands.js';

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/**
 * Runs one command line.
 * @param args without the program's own name
 * @returns the exit code: 0 done, 1 failed, 2 not a command line Muster knows
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(args, { from: 'user' });
    return DONE;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED;
    terminal.err(`${sentence(error)}\n`);
    return FAILED;
  }
}

function program(terminal: Terminal): Command {
  const muster = new Command('muster').description('Manages a Muster installation.');
  muster.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text),
    writeErr: (text) => terminal.err(text),
  });
  addTenantCommands(muster, terminal);
  addConnectionCommands(muster, terminal);
  addServiceAccountCommands(muster, terminal);
  addTokenCommands(muster, terminal);
  addMemberCommands(muster, terminal);
  addReviewCommands(muster, terminal);
  addAuditCommands(muster, terminal);
  addDatabaseCommands(muster, terminal);
  addOpenApiCommand(muster, terminal);
  addAsyncApiCommand(muster, terminal);
  return muster;
}

/** Errors that people cause or can mend have a message for them; a stack helps none of them. */
function sentence(error: unknown): string {
  if (error instanceof DomainException) {
    return error.error.kind === 'unavailable' ? 'The database cannot be reached.' : toProblem(error.error).message;
  }
  return error instanceof Error ? error.message : String(error);
}
