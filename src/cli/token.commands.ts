import type { Command } from 'commander';
import type { NewToken } from '../auth/accounts/account-tokens.service.js';
import { operatorIn } from '../auth/accounts/acting.js';
import type { TokenSummary } from '../persistence/access-tokens.repository.js';
import { DEFAULT_LIFETIME, lifetimeOf } from '../tenants/lifetime.js';
import { scopes as scopesIn } from '../tenants/names.js';
import { Refusal } from '../tenants/refusal.js';
import { accountNamed, DEFAULT_OVERLAP, listedAs, listIn, overlapOf, timesOf } from './account-lookup.js';
import { withInstallation } from './installation.js';
import { printIssuedToken } from './issued-token.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface TenantOptions {
  readonly tenant: string;
  readonly json?: true;
}

interface CreateOptions extends TenantOptions {
  readonly account?: string;
  readonly scopes?: string;
  readonly connection?: string;
  readonly name?: string;
  readonly expires: string;
}

interface RotateOptions extends TenantOptions {
  readonly overlap: string;
  readonly expires?: string;
}

const TENANT = ['--tenant <name>', 'tenant they are of'] as const;

export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('access tokens of a tenant');

  token
    .command('create')
    .description('make an access token and print it, once')
    .requiredOption('--tenant <name>', 'tenant the token is for')
    .option('--account <name or id>', 'service account it is of (default: a new one)')
    .option('--scopes <scopes>', 'what its bearer may do, such as members:write,teams:write')
    .option('--connection <name or id>', 'with a new service account: connection it speaks for (default: the only one)')
    .option('--name <name>', 'what it is called; with a new service account, that one (default: as the connection)')
    .option('--expires <time>', 'how long it lives, such as 12h or 90d', DEFAULT_LIFETIME)
    .option('--json', 'print one JSON object')
    .action(({ account, ...options }: CreateOptions, command: Command) => {
      if (account !== undefined) return createOf(terminal, account, options);
      if (options.scopes === undefined) command.error("error: a new service account needs '--scopes <scopes>'");
      return createNew(terminal, options);
    });

  token
    .command('list')
    .description('show the tokens of a tenant, never the secrets')
    .requiredOption(...TENANT)
    .option('--json', 'print one JSON array')
    .action(({ tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants }) => {
        const all = await tenants.listTokens(tenant);
        if (json) printJson(terminal, all);
        else printTable(terminal, HEAD, all.map(line));
      }),
    );

  token
    .command('rotate')
    .description('replace a token and print the new one, once')
    .argument('<id or prefix>', 'as shown by token list')
    .requiredOption(...TENANT)
    .option('--overlap <time>', 'how long the old one is good too; 0 ends it at once', DEFAULT_OVERLAP)
    .option('--expires <time>', 'how long the new one lives (default: as long as the old one)')
    .option('--json', 'print one JSON object')
    .action((idOrPrefix: string, options: RotateOptions) => rotate(terminal, idOrPrefix, options));

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

type Wish = Omit<CreateOptions, 'account'>;

function createNew(terminal: Terminal, { json, scopes = '', ...wish }: Wish): Promise<void> {
  return withInstallation(terminal, async ({ tenants, scimUrl }) => {
    const issued = await tenants.createToken({ ...wish, scopes: listIn(scopes) });
    printIssuedToken(terminal, issued, scimUrl, json === true);
  });
}

function createOf(terminal: Terminal, account: string, wish: Wish): Promise<void> {
  const { tenant, connection, name = '', scopes, expires, json } = wish;
  if (connection !== undefined) throw new Refusal('A service account has its connection already.');
  return withInstallation(terminal, async ({ tenants, accounts: { accounts, tokens }, scimUrl }) => {
    const { id: tenantId } = await tenants.findTenant(tenant);
    const { id } = await accountNamed(accounts, tenantId, account);
    const narrower = scopes === undefined ? null : scopesIn(listIn(scopes));
    const order = { name, scopes: narrower, lifetime: lifetimeOf(expires) };
    printNew(terminal, await tokens.create(operatorIn(tenantId), id, order), scimUrl, json);
  });
}

function rotate(terminal: Terminal, idOrPrefix: string, { tenant, overlap, expires, json }: RotateOptions) {
  const wish = { overlap: overlapOf(overlap), lifetime: expires === undefined ? undefined : lifetimeOf(expires) };
  return withInstallation(terminal, async ({ tenants, accounts: { tokens }, scimUrl }) => {
    const { id: tenantId } = await tenants.findTenant(tenant);
    const { id, serviceAccountId } = listedAs(await tenants.listTokens(tenant), 'token', idOrPrefix);
    const rotated = await tokens.rotate(operatorIn(tenantId), serviceAccountId, id, wish);
    printNew(terminal, rotated, scimUrl, json);
    if (!json) terminal.out(`The old one, ${idOrPrefix}, is good until ${rotated.previous.expiresAt}.\n`);
  });
}

function printNew(terminal: Terminal, made: NewToken, scimUrl: string, json: true | undefined): void {
  if (json) {
    printJson(terminal, { ...made, scimUrl });
    return;
  }
  const lines = [`SCIM URL      ${scimUrl}`, `Access token  ${made.token}`, `Expires       ${made.expiresAt}`, ''];
  terminal.out([...lines, 'The access token is not shown again; whoever loses it creates another.', ''].join('\n'));
}

const HEAD = ['PREFIX', 'ID', 'NAME', 'ACCOUNT', 'CONNECTION', 'SCOPES', 'EXPIRES', 'LAST USED', 'REVOKED'];

const line = (token: TokenSummary): string[] => [
  token.prefix,
  token.id,
  token.label || '-',
  token.name,
  token.connection ?? '-',
  token.scopes.join(','),
  ...timesOf(token),
];
