import type { Command } from 'commander';
import { TENANT_LIMITS, type TenantLimitName } from '../config/limits.js';
import type { Tenant } from '../domain/tenant.js';
import { OPERATOR } from '../tenants/author.js';
import { limitChangesIn, limitHelp } from '../tenants/limit-changes.js';
import { Refusal } from '../tenants/refusal.js';
import { SETTING_WRITINGS, type SettingsWish, settingsIn } from '../tenants/settings-wish.js';
import { type Installation, withInstallation } from './installation.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface SetOptions extends SettingsWish, Readonly<Partial<Record<TenantLimitName, string>>> {
  /** For people. */
  readonly name?: string;
  readonly json?: true;
}

interface RemoveOptions {
  readonly confirm?: string;
  readonly json?: true;
}

export function addTenantCommands(program: Command, terminal: Terminal): void {
  const tenant = program.command('tenant').description('tenants of this installation');

  tenant
    .command('create')
    .description('make a tenant')
    .argument('<name>', 'lower-case letters, digits and dashes')
    .option('--json', 'print one JSON object')
    .action((name: string, { json }: { json?: true }) =>
      withInstallation(terminal, async ({ tenants }) => {
        const created = await tenants.createTenant(name);
        if (json) printJson(terminal, created);
        else terminal.out(`Tenant ${created.slug} is there; give it a connection next.\n`);
      }),
    );

  tenant
    .command('list')
    .description('show all tenants')
    .option('--json', 'print one JSON array')
    .action(({ json }: { json?: true }) =>
      withInstallation(terminal, async ({ tenants }) => {
        const all = await tenants.listTenants();
        const lines = all.map(({ slug, id, status }) => [slug, id, status]);
        if (json)
          printJson(
            terminal,
            all.map(({ id, slug, name, status }) => ({ id, slug, name, status })),
          );
        else printTable(terminal, ['TENANT', 'ID', 'STATUS'], lines);
      }),
    );

  tenant
    .command('show')
    .description('show a tenant with all its settings')
    .argument('<name>', 'of the tenant')
    .option('--json', 'print one JSON object')
    .action((name: string, { json }: { json?: true }) =>
      withInstallation(terminal, async ({ tenants }) => print(terminal, await tenants.findTenant(name), json)),
    );

  const set = tenant
    .command('set')
    .description('change settings and limits of a tenant')
    .argument('<name>', 'of the tenant')
    .option('--name <text>', 'its name for people');
  for (const [name, { value, help }] of Object.entries(SETTING_WRITINGS)) set.option(`${flag(name)} <${value}>`, help);
  for (const name of TENANT_LIMITS) set.option(`${flag(name)} <number or default>`, limitHelp(name));
  set.option('--json', 'print one JSON object').action((slug: string, { json, name, ...wish }: SetOptions) =>
    withInstallation(terminal, async ({ tenants, administration }) => {
      const { id } = await tenants.findTenant(slug);
      const limits = limitChangesIn(wish);
      const settings = settingsIn(wish);
      if (name === undefined && Object.keys({ ...settings, ...limits }).length === 0) {
        throw new Refusal('Name a setting that is to change.');
      }
      print(terminal, await administration.update(OPERATOR, id, { name, settings, limits }), json);
    }),
  );

  addSwitch(tenant, terminal, 'suspend', 'refuse all its tokens; what it has stays');
  addSwitch(tenant, terminal, 'resume', 'take its tokens again');

  tenant
    .command('delete')
    .description('remove a suspended tenant whose audit log was exported; once to be given a code, once with it')
    .argument('<name>', 'of the tenant')
    .option('--confirm <code>', 'what the command printed without this option')
    .option('--json', 'print one JSON object')
    .action((name: string, { confirm, json }: RemoveOptions) =>
      withInstallation(terminal, (installation) => remove(terminal, installation, name, { confirm, json })),
    );
}

function addSwitch(tenant: Command, terminal: Terminal, verb: 'suspend' | 'resume', description: string): void {
  tenant
    .command(verb)
    .description(description)
    .argument('<name>', 'of the tenant')
    .option('--json', 'print one JSON object')
    .action((name: string, { json }: { json?: true }) =>
      withInstallation(terminal, async ({ tenants, administration }) => {
        const { id } = await tenants.findTenant(name);
        print(terminal, await administration[verb](OPERATOR, id), json);
      }),
    );
}

async function remove(
  terminal: Terminal,
  { tenants, removal }: Installation,
  name: string,
  { confirm, json }: RemoveOptions,
): Promise<void> {
  const { id, slug } = await tenants.findTenant(name);
  if (confirm !== undefined) {
    await removal.remove(OPERATOR, id, confirm);
    if (json) printJson(terminal, { id, slug, removed: true });
    else terminal.out(`Tenant ${slug} is removed; in an hour its data is gone.\n`);
    return;
  }
  const notice = await removal.ask(OPERATOR, id, slug);
  if (json) printJson(terminal, { id, slug, ...notice });
  else {
    terminal.out(
      `Everything of tenant ${slug} will be deleted. To confirm it until ${notice.expiresAt}:\n  muster tenant delete ${slug} --confirm ${notice.confirmation}\n`,
    );
  }
}

function print(terminal: Terminal, tenant: Tenant, json: true | undefined): void {
  if (json) {
    printJson(terminal, tenant);
    return;
  }
  const { slug, id, name, status, settings, limits } = tenant;
  const lines = { tenant: slug, id, name, status, ...settings, ...limits };
  const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const rows = Object.entries(lines).map(([what, value]) => [what, shown(value)]);
  printTable(terminal, ['WHAT', 'VALUE'], rows);
}

/** `--admin-emails` of `adminEmails`. */
const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
