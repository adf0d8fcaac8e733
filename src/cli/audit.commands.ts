import { type Command, Option } from 'commander';
import type { Actor } from '../domain/domain-event.js';
import { AuditFileVerifier, type AuditVerdict } from '../events/audit-file.js';
import type { AuditFormat } from '../events/audit-format.js';
import { fileLines } from './file-lines.js';
import { withInstallation } from './installation.js';
import type { Terminal } from './terminal.js';

const OPERATOR: Actor = { type: 'operator', id: null, connectionId: null, tokenId: null };
const MISUSED = 2;

interface ExportOptions {
  readonly tenant: string;
  readonly format: AuditFormat;
  readonly from: string;
}

export function addAuditCommands(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('the audit log of a tenant');

  audit
    .command('export')
    .description('write the sealed audit log to standard output, with a signed digest as its last line')
    .requiredOption('--tenant <name>', 'tenant it is of')
    .addOption(new Option('--format <format>', 'form of the lines').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--from <seq>', 'first sequence number', '1')
    .action(({ tenant: slug, format, from }: ExportOptions, command: Command) => {
      if (!/^[1-9]\d{0,14}$/.test(from)) command.error(`error: "${from}" is no sequence number`, { exitCode: MISUSED });
      return withInstallation(terminal, async ({ tenants, audit: log }) => {
        const tenant = await tenants.findTenant(slug);
        const text = await log.export({ tenant, actor: OPERATOR, requestId: null }, format, Number(from));
        for await (const piece of text) {
          terminal.out(piece);
          await terminal.drained?.();
        }
      });
    });

  audit
    .command('key')
    .description('print the public key that exports of this installation are signed with')
    .action(() => withInstallation(terminal, async ({ audit: log }) => terminal.out(`${await log.publicKey()}\n`)));

  audit
    .command('verify')
    .description('check an exported file, without a server or a database')
    .argument('<file>', 'as written by audit export')
    .option('--key <public key>', 'key that must have signed it, as printed by audit key')
    .action(async (file: string, { key }: { key?: string }, command: Command) => {
      const verdict = await verifyFile(file, key).catch((error: NodeJS.ErrnoException) =>
        command.error(`error: ${file} cannot be read: ${error.code ?? error.message}`, { exitCode: MISUSED }),
      );
      if (verdict.kind === 'tampered') {
        throw new Error(`Tampered: the first bad sequence number is ${verdict.seq}: ${verdict.reason}.`);
      }
      const { header, last, publicKey } = verdict;
      terminal.out(
        `Whole: ${last.seq - header.after.seq} events of tenant ${header.tenant.slug}, ${header.after.seq + 1} to ${last.seq}, signed with ${publicKey}\n`,
      );
    });
}

async function verifyFile(file: string, key: string | undefined): Promise<AuditVerdict> {
  const verifier = new AuditFileVerifier(key);
  for await (const line of fileLines(file)) verifier.push(line);
  return verifier.finish();
}
