import { type Command, Option } from 'commander';
import { ACTION_NAMES, type Action } from '../provisioning-log/actions.js';
import type { LogItem } from '../provisioning-log/dto/log.dto.js';
import { logItem } from '../provisioning-log/log-item.js';
import { withInstallation } from './installation.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface LogOptions {
  readonly tenant: string;
  readonly connection: string;
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly status?: string;
  readonly action?: Action;
  readonly limit: string;
  readonly cursor?: string;
  readonly json?: true;
}

const MISUSED = 2;
const MOST = 1000;
const STATUS = /^([1-5]\d\d|[1-5]xx|error|success)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `connection log`: what an identity provider asked, as the management API shows it. */
export function addConnectionLogCommand(connection: Command, terminal: Terminal): void {
  connection
    .command('log')
    .description('show what the identity provider of a connection asked, the newest first')
    .requiredOption('--tenant <name>', 'tenant the connection is of')
    .requiredOption('--connection <name or id>', 'the connection')
    .option('--from <time>', 'not before this time, such as 2026-11-22T12:48:24Z')
    .option('--to <time>', 'before this time')
    .option('--user <name or id>', 'about this user or group')
    .option('--status <status>', 'a status such as 409, a class such as 4xx, error or success')
    .addOption(new Option('--action <action>', 'what it meant to do').choices(ACTION_NAMES))
    .option('--limit <number>', `most requests, up to ${MOST}`, '50')
    .option('--cursor <next>', 'where the page before ended')
    .option('--json', 'print one JSON object')
    .action(({ tenant, connection: nameOrId, limit: most, json, ...wish }: LogOptions, command: Command) => {
      const limit = /^\d{1,4}$/.test(most) ? Number(most) : 0;
      const mistake = (name: string, text: string) =>
        command.error(`error: --${name} "${text}" is not what --help says`, { exitCode: MISUSED });
      if (limit < 1 || limit > MOST) mistake('limit', most);
      if (wish.status !== undefined && !STATUS.test(wish.status)) mistake('status', wish.status);
      if (wish.cursor !== undefined && !UUID.test(wish.cursor)) mistake('cursor', wish.cursor);
      return withInstallation(terminal, async ({ tenants, provisioningLog }) => {
        const { id } = await tenants.findTenant(tenant);
        const { items, next } = await provisioningLog.page(id, nameOrId, { ...wish, limit });
        if (json) printJson(terminal, { items: items.map(logItem), next });
        else printLog(terminal, items.map(logItem), next);
      });
    });
}

function printLog(terminal: Terminal, items: readonly LogItem[], next: string | null): void {
  const rows = items.map(({ at, status, summary, cause }) => [at, String(status ?? ''), summary, cause ?? '']);
  printTable(terminal, ['TIME', 'STATUS', 'REQUEST', 'CAUSE'], rows.map(onOneLine));
  if (next !== null) terminal.out(`More: --cursor ${next}\n`);
}

/** Names are what clients sent: in a terminal they are to move nothing and colour nothing. */
function onOneLine(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => cell.replace(/\p{C}/gu, '?'));
}
