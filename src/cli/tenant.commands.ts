import type { Command } from 'commander';
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
}
