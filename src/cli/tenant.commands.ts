import type { Command } from 'commander';
import type { TenantSettings } from '../domain/tenant.js';
import type { SettingsWish } from '../tenants/settings-wish.js';
import { withInstallation } from './installation.js';
import { printJson, printTable, type Terminal } from './terminal.js';

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
        if (json)
          printJson(
            terminal,
            all.map(({ id, slug, name }) => ({ id, slug, name })),
          );
        else
          printTable(
            terminal,
            ['TENANT', 'ID'],
            all.map(({ slug, id }) => [slug, id]),
          );
      }),
    );

  tenant
    .command('set')
    .description('change settings of a tenant')
    .argument('<name>', 'of the tenant')
    .option('--notifications <on or off>', 'whether members are told by e-mail what changes for them')
    .option(
      '--digest-above <members>',
      'a window with more members sends the admins one digest and no mail to a member',
    )
    .option('--admin-emails <addresses>', 'where digests and warnings go, with commas between them; empty for nowhere')
    .option('--json', 'print one JSON object')
    .action((name: string, { json, ...wish }: SettingsWish & { readonly json?: true }) =>
      withInstallation(terminal, async ({ tenants }) => {
        const settings = await tenants.changeSettings(name, wish);
        if (json) printJson(terminal, settings);
        else terminal.out(`Tenant ${name} is set: ${summary(settings)}.\n`);
      }),
    );
}

function summary({ notifications, digestAbove, adminEmails }: TenantSettings): string {
  const admins = adminEmails.length === 0 ? 'no addresses of admins' : `admins ${adminEmails.join(', ')}`;
  return `notifications ${notifications ? 'on' : 'off'}, digest above ${digestAbove} members, ${admins}`;
}
