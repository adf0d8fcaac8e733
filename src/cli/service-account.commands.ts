import type { Command } from 'commander';
import { operatorIn } from '../auth/accounts/acting.js';
import type { ServiceAccount } from '../domain/service-account.js';
import { scopes as scopesIn } from '../tenants/names.js';
import { accountNamed, accountsOf, listIn } from './account-lookup.js';
import { addClientSecretCommands } from './client-secret.commands.js';
import { addFederatedIdentityCommands } from './federated-identity.commands.js';
import { withInstallation } from './installation.js';
import { keysIn } from './key-files.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface TenantOptions {
  readonly tenant: string;
  readonly json?: true;
}

interface Wish extends TenantOptions {
  readonly name?: string;
  readonly scopes?: string;
  readonly allow?: string;
  readonly jwksUri?: string;
  readonly jwksFile?: string;
}

interface CreateOptions extends Wish {
  readonly name: string;
  readonly scopes: string;
  readonly connection?: string;
}

const TENANT = ['--tenant <name>', 'tenant the service account is of'] as const;
const ALLOW = [
  '--allow <networks>',
  'where its tokens may be used, such as 203.0.113.0/24; empty for anywhere',
] as const;
const JWKS_URI = ['--jwks-uri <url>', 'where the keys are that it signs assertions with; empty for none'] as const;
const JWKS_FILE = ['--jwks-file <path>', 'file with those public keys, as a JSON Web Key Set'] as const;

export function addServiceAccountCommands(program: Command, terminal: Terminal): void {
  const account = program.command('service-account').description('who may be given access tokens');

  account
    .command('create')
    .description('make a service account, which is also an OAuth client')
    .requiredOption(...TENANT)
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--scopes <scopes>', 'what it may do, such as members:write,teams:write')
    .option('--connection <name or id>', 'connection its tokens speak for (default: none, so they cannot speak SCIM)')
    .option(...ALLOW)
    .option(...JWKS_URI)
    .option(...JWKS_FILE)
    .option('--json', 'print one JSON object')
    .action((options: CreateOptions) => create(terminal, options));

  account
    .command('list')
    .description('show the service accounts of a tenant')
    .requiredOption(...TENANT)
    .option('--json', 'print one JSON array')
    .action(({ tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants, accounts: { accounts } }) => {
        const all = await accountsOf(accounts, (await tenants.findTenant(tenant)).id);
        if (json) printJson(terminal, all);
        else printTable(terminal, ['NAME', 'ID', 'SCOPES', 'CONNECTION', 'ALLOWED'], all.map(line));
      }),
    );

  account
    .command('set')
    .description('change a service account; what is not named stays as it is')
    .argument('<name or id>', 'of the service account')
    .requiredOption(...TENANT)
    .option('--name <name>', 'its new name')
    .option('--scopes <scopes>', 'what it may do')
    .option(...ALLOW)
    .option(...JWKS_URI)
    .option(...JWKS_FILE)
    .option('--json', 'print one JSON object')
    .action((nameOrId: string, { tenant, json, ...wish }: Wish) =>
      withInstallation(terminal, async ({ tenants, accounts: { accounts } }) => {
        const { id: tenantId } = await tenants.findTenant(tenant);
        const { id } = await accountNamed(accounts, tenantId, nameOrId);
        const revision = {
          ...(wish.name !== undefined && { name: wish.name }),
          ...(wish.scopes !== undefined && { scopes: scopesIn(listIn(wish.scopes)) }),
          ...(wish.allow !== undefined && { allowedAddresses: listIn(wish.allow) }),
          ...(await keysIn(wish)),
        };
        print(terminal, await accounts.update(operatorIn(tenantId), id, revision), json);
      }),
    );

  account
    .command('remove')
    .description('remove a service account; its tokens and secrets end with it')
    .argument('<name or id>', 'of the service account')
    .requiredOption(...TENANT)
    .option('--json', 'print one JSON object')
    .action((nameOrId: string, { tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants, accounts: { accounts } }) => {
        const { id: tenantId } = await tenants.findTenant(tenant);
        const { id, name } = await accountNamed(accounts, tenantId, nameOrId);
        await accounts.remove(operatorIn(tenantId), id);
        if (json) printJson(terminal, { id, name, removed: true });
        else terminal.out(`Service account ${name} (${id}) is removed.\n`);
      }),
    );

  addClientSecretCommands(account, terminal);
  addFederatedIdentityCommands(account, terminal);
}

function create(terminal: Terminal, { tenant: slug, name, scopes, connection, allow, json, ...keys }: CreateOptions) {
  return withInstallation(terminal, async ({ tenants, accounts: { accounts } }) => {
    const tenant = await tenants.findTenant(slug);
    const connectionId = connection === undefined ? null : (await tenants.findConnection(tenant, connection)).id;
    const wish = {
      name,
      scopes: scopesIn(listIn(scopes)),
      connectionId,
      allowedAddresses: listIn(allow ?? ''),
      ...(await keysIn(keys)),
    };
    print(terminal, await accounts.create(operatorIn(tenant.id), wish), json);
  });
}

function print(terminal: Terminal, account: ServiceAccount, json: true | undefined): void {
  if (json) printJson(terminal, account);
  else terminal.out(`Service account ${account.name} (${account.id}) may: ${account.scopes.join(', ')}.\n`);
}

const line = ({ name, id, scopes, connectionId, allowedAddresses }: ServiceAccount): string[] => [
  name,
  id,
  scopes.join(','),
  connectionId ?? '-',
  allowedAddresses.length === 0 ? 'anywhere' : allowedAddresses.join(','),
];
