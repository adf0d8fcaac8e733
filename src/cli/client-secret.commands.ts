import type { Command } from 'commander';
import { operatorIn } from '../auth/accounts/acting.js';
import type { NewClientSecret } from '../auth/accounts/client-secrets.service.js';
import type { ClientSecret } from '../domain/credentials.js';
import { TOKEN_PATH } from '../http/token-path.js';
import { DEFAULT_LIFETIME, lifetimeOf } from '../tenants/lifetime.js';
import { accountNamed, DEFAULT_OVERLAP, listedAs, overlapOf, timesOf } from './account-lookup.js';
import { type Installation, withInstallation } from './installation.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface Options {
  readonly tenant: string;
  readonly account: string;
  readonly json?: true;
}

interface CreateOptions extends Options {
  readonly name?: string;
  readonly expires: string;
}

interface RotateOptions extends Options {
  readonly overlap: string;
  readonly expires?: string;
}

export function addClientSecretCommands(parent: Command, terminal: Terminal): void {
  const secret = parent.command('secret').description('what OAuth clients prove with who they are');
  const command = (name: string, description: string) =>
    secret
      .command(name)
      .description(description)
      .requiredOption('--tenant <name>', 'tenant the service account is of')
      .requiredOption('--account <name or id>', 'service account the secret is of');

  command('create', 'make a client secret and print it, once')
    .option('--name <name>', 'what it is called')
    .option('--expires <time>', 'how long it lives, such as 90d', DEFAULT_LIFETIME)
    .option('--json', 'print one JSON object')
    .action(({ name = '', expires, json, ...options }: CreateOptions) =>
      withAccount(terminal, options, async ({ accounts: { secrets }, root }, tenantId, id) => {
        const made = await secrets.create(operatorIn(tenantId), id, { name, lifetime: lifetimeOf(expires) });
        print(terminal, made, root, json);
      }),
    );

  command('list', 'show the client secrets of a service account, never the secrets themselves')
    .option('--json', 'print one JSON array')
    .action(({ json, ...options }: Options) =>
      withAccount(terminal, options, async ({ accounts: { secrets } }, tenantId, id) => {
        const all = await secrets.list({ tenantId }, id);
        if (json) printJson(terminal, all);
        else printTable(terminal, ['PREFIX', 'ID', 'NAME', 'EXPIRES', 'LAST USED', 'REVOKED'], all.map(line));
      }),
    );

  command('rotate', 'replace a client secret and print the new one, once')
    .argument('<id or prefix>', 'as shown by secret list')
    .option('--overlap <time>', 'how long the old one is good too; 0 ends it at once', DEFAULT_OVERLAP)
    .option('--expires <time>', 'how long the new one lives (default: as long as the old one)')
    .option('--json', 'print one JSON object')
    .action((idOrPrefix: string, { overlap, expires, json, ...options }: RotateOptions) =>
      withAccount(terminal, options, async ({ accounts: { secrets }, root }, tenantId, id) => {
        const old = listedAs(await secrets.list({ tenantId }, id), 'secret', idOrPrefix);
        const wish = { overlap: overlapOf(overlap), lifetime: expires === undefined ? undefined : lifetimeOf(expires) };
        print(terminal, await secrets.rotate(operatorIn(tenantId), id, old.id, wish), root, json);
      }),
    );

  command('revoke', 'end a client secret, and the access tokens that were got with it')
    .argument('<id or prefix>', 'as shown by secret list')
    .option('--json', 'print one JSON object')
    .action((idOrPrefix: string, { json, ...options }: Options) =>
      withAccount(terminal, options, async ({ accounts: { secrets } }, tenantId, id) => {
        const old = listedAs(await secrets.list({ tenantId }, id), 'secret', idOrPrefix);
        await secrets.revoke(operatorIn(tenantId), id, old.id);
        if (json) printJson(terminal, { id: old.id, prefix: old.prefix, revoked: true });
        else terminal.out(`Client secret ${old.prefix} (${old.id}) is revoked.\n`);
      }),
    );
}

function withAccount(
  terminal: Terminal,
  { tenant, account }: Pick<Options, 'tenant' | 'account'>,
  work: (installation: Installation, tenantId: string, id: string) => Promise<void>,
): Promise<void> {
  return withInstallation(terminal, async (installation) => {
    const { id: tenantId } = await installation.tenants.findTenant(tenant);
    const { id } = await accountNamed(installation.accounts.accounts, tenantId, account);
    await work(installation, tenantId, id);
  });
}

function print(terminal: Terminal, made: NewClientSecret, root: string, json: true | undefined): void {
  const tokenUrl = `${root}/${TOKEN_PATH}`;
  if (json) {
    printJson(terminal, { ...made, tokenUrl });
    return;
  }
  terminal.out(
    [
      `Token URL      ${tokenUrl}`,
      `Client id      ${made.clientId}`,
      `Client secret  ${made.secret}`,
      `Expires        ${made.expiresAt}`,
      '',
      'The client secret is not shown again; whoever loses it creates another.',
      '',
    ].join('\n'),
  );
}

const line = (secret: ClientSecret): string[] => [secret.prefix, secret.id, secret.name || '-', ...timesOf(secret)];
