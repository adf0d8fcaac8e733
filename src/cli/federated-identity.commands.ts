import type { Command } from 'commander';
import { operatorIn } from '../auth/accounts/acting.js';
import type { FederatedIdentity } from '../domain/credentials.js';
import { Refusal } from '../tenants/refusal.js';
import { accountNamed } from './account-lookup.js';
import { withInstallation } from './installation.js';
import { keysIn } from './key-files.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface Options {
  readonly tenant: string;
  readonly account: string;
  readonly json?: true;
}

interface AddOptions extends Options {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly jwksUri?: string;
  readonly jwksFile?: string;
}

export function addFederatedIdentityCommands(parent: Command, terminal: Terminal): void {
  const identity = parent.command('identity').description('workloads that other issuers vouch for');
  const command = (name: string, description: string) =>
    identity
      .command(name)
      .description(description)
      .requiredOption('--tenant <name>', 'tenant the service account is of')
      .requiredOption('--account <name or id>', 'service account they speak for');

  command('add', 'trust an issuer about one subject')
    .requiredOption('--issuer <iss>', 'who signs its assertions, compared exactly')
    .requiredOption('--subject <sub>', 'whom they are about, compared exactly')
    .requiredOption('--audience <aud>', 'what they are made for')
    .option('--jwks-uri <url>', "where the issuer's keys are (default: what its discovery document says)")
    .option('--jwks-file <path>', 'file with those public keys, as a JSON Web Key Set')
    .option('--json', 'print one JSON object')
    .action(({ tenant, account, json, issuer, subject, audience, ...keys }: AddOptions) =>
      withInstallation(terminal, async ({ tenants, accounts: { accounts, identities } }) => {
        const { id: tenantId } = await tenants.findTenant(tenant);
        const { id } = await accountNamed(accounts, tenantId, account);
        const wish = { issuer, subject, audience, ...(await keysIn(keys)) };
        const added = await identities.add(operatorIn(tenantId), id, wish);
        if (json) printJson(terminal, added);
        else terminal.out(`${added.subject} of ${added.issuer} may speak for the service account (${added.id}).\n`);
      }),
    );

  command('list', 'show whom a service account trusts')
    .option('--json', 'print one JSON array')
    .action(({ tenant, account, json }: Options) =>
      withInstallation(terminal, async ({ tenants, accounts: { accounts, identities } }) => {
        const { id: tenantId } = await tenants.findTenant(tenant);
        const all = await identities.list({ tenantId }, (await accountNamed(accounts, tenantId, account)).id);
        if (json) printJson(terminal, all);
        else printTable(terminal, ['ID', 'ISSUER', 'SUBJECT', 'AUDIENCE', 'LAST USED'], all.map(line));
      }),
    );

  command('remove', 'trust it no longer; the access tokens that were got with it end')
    .argument('<id>', 'as shown by identity list')
    .option('--json', 'print one JSON object')
    .action((id: string, { tenant, account, json }: Options) =>
      withInstallation(terminal, async ({ tenants, accounts: { accounts, identities } }) => {
        const { id: tenantId } = await tenants.findTenant(tenant);
        const { id: accountId } = await accountNamed(accounts, tenantId, account);
        const all = await identities.list({ tenantId }, accountId);
        if (!all.some((each) => each.id === id)) throw new Refusal(`There is no identity with the id "${id}".`);
        await identities.remove(operatorIn(tenantId), accountId, id);
        if (json) printJson(terminal, { id, removed: true });
        else terminal.out(`Identity ${id} is removed.\n`);
      }),
    );
}

const line = ({ id, issuer, subject, audience, lastUsedAt }: FederatedIdentity): string[] => [
  id,
  issuer,
  subject,
  audience,
  lastUsedAt ?? '-',
];
