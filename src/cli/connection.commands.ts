import type { Command } from 'commander';
import { IDP_NAMES } from '../domain/idp-profile.js';
import { withInstallation } from './installation.js';
import { printIssuedToken } from './issued-token.js';
import type { Terminal } from './terminal.js';

interface CreateOptions {
  readonly tenant: string;
  readonly idp: string;
  readonly name?: string;
  readonly json?: true;
}

export function addConnectionCommands(program: Command, terminal: Terminal): void {
  const connection = program.command('connection').description('identity providers of a tenant');

  connection
    .command('create')
    .description('make a connection, and print the SCIM URL and the access token its identity provider needs')
    .requiredOption('--tenant <name>', 'tenant the connection is for')
    .requiredOption('--idp <idp>', `identity provider: ${IDP_NAMES.join(', ')}`)
    .option('--name <name>', 'name of the connection (default: that of the identity provider)')
    .option('--json', 'print one JSON object')
    .action(({ tenant, idp, name, json }: CreateOptions) =>
      withInstallation(terminal, async ({ tenants, scimUrl }) => {
        const issued = await tenants.createConnection({ tenant, idp, name });
        printIssuedToken(terminal, issued, scimUrl, json === true);
      }),
    );
}
