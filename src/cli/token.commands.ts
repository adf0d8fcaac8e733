import type { Command } from 'commander';
import type { TokenSummary } from '../persistence/access-tokens.repository.js';
import { DEFAULT_LIFETIME } from '../tenants/lifetime.js';
import { withInstallation } from './installation.js';
import { printIssuedToken } from './issued-token.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface CreateOptions {
  readonly tenant: string;
  readonly scopes: string;
  readonly connection?: string;
  readonly name?: string;
  readonly expires: string;
  readonly json?: true;
}

interface TenantOptions {
  readonly tenant: string;
  readonly json?: true;
}

export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('access tokens of a tenant');

  token
    .command('create')
    .description('make an access token and print it, once')
    .requiredOption('--tenant <name>', 'tenant the token is for')
    .requiredOption('--scopes <scopes>', 'what its bearer may do, such as members:write,teams:write')
    .option('--connection <name or id>', 'connection it speaks for (default: the only one of the tenant)')
    .option('--name <name>', 'name of the service account (default: that of the connection)')
    .option('--expires <time>', 'how long it lives, such as 12h or 90d', DEFAULT_LIFETIME)
    .option('--json', 'print one JSON object')
    .action(({ scopes, json, ...wish }: CreateOptions) =>
      withInstallation(terminal, async ({ tenants, scimUrl }) => {
        const issued = await tenants.createToken({ ...wish, scopes: namesIn(scopes) });
        printIssuedToken(terminal, issued, scimUrl, json === true);
      }),
    );

  token
    .command('list')
    .description('show the tokens of a tenant, never the secrets')
    .requiredOption('--tenant <name>', 'tenant they are of')
    .option('--json', 'print one JSON array')
    .action(({ tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants }) => {
        const all = await tenants.listTokens(tenant);
        if (json) printJson(terminal, all);
        else
          printTable(
            terminal,
            ['PREFIX', 'ID', 'CONNECTION', 'SCOPES', 'EXPIRES', 'LAST USED', 'REVOKED'],
            all.map(line),
          );
      }),
    );

  token
    .command('revoke')
    .description('end a token; it stops working within a second')
    .argument('<id or prefix>', 'as shown by token list')
    .requiredOption('--tenant <name>', 'tenant it is of')
    .option('--json', 'print one JSON object')
    .action((idOrPrefix: string, { tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants }) => {
        const { id, prefix } = await tenants.revokeToken(tenant, idOrPrefix);
        if (json) printJson(terminal, { id, prefix, revoked: true });
        else terminal.out(`Token ${prefix} (${id}) is revoked.\n`);
      }),
    );
}

const namesIn = (list: string): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const line = (token: TokenSummary): string[] => [
  token.prefix,
  token.id,
  token.connection ?? '-',
  token.scopes.join(','),
  token.expiresAt,
  token.lastUsedAt ?? '-',
  token.revokedAt ?? '-',
];
