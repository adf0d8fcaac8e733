import { type Command, Option } from 'commander';
import { MEMBER_FATES, type MemberFate, UNKNOWN_MEMBERS, type UnknownMembers } from '../domain/connection.js';
import { IDP_NAMES } from '../domain/idp-profile.js';
import { OPERATOR } from '../tenants/author.js';
import { idpName, slug } from '../tenants/names.js';
import type { SetupGuide } from '../tenants/setup/setup-guide.js';
import { addConnectionLogCommand } from './connection-log.command.js';
import { connectionOf, printConnection, printEnabled } from './connection-output.js';
import { withInstallation } from './installation.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface TenantOptions {
  readonly tenant: string;
  readonly json?: true;
}

interface EnableOptions extends TenantOptions {
  /** False with `--no-token`. */
  readonly token?: boolean;
  readonly expires?: string;
}

interface CreateOptions extends EnableOptions {
  readonly idp: string;
  readonly name?: string;
  readonly unknownMembers?: UnknownMembers;
}

interface SetOptions extends TenantOptions {
  readonly name?: string;
  readonly idp?: string;
  readonly unknownMembers?: UnknownMembers | typeof AS_PROFILE;
}

/** Takes a setting of a connection back. */
const AS_PROFILE = 'profile';

const TENANT = ['--tenant <name>', 'tenant the connection is of'] as const;
const EXPIRES = ['--expires <time>', 'how long the token lives, such as 12h or 90d (default: 365d)'] as const;
const IDP = `identity provider: ${IDP_NAMES.join(', ')}`;

export function addConnectionCommands(program: Command, terminal: Terminal): void {
  const connection = program.command('connection').description('identity providers of a tenant');

  connection
    .command('create')
    .description('make a connection, and print the SCIM URL and the access token its identity provider needs')
    .requiredOption(...TENANT)
    .requiredOption('--idp <idp>', IDP)
    .option('--name <name>', 'name of the connection (default: that of the identity provider)')
    .addOption(unknownMembers().choices(UNKNOWN_MEMBERS))
    .option('--no-token', 'make no access token, for an identity provider that gets its tokens by OAuth')
    .option(...EXPIRES)
    .option('--json', 'print one JSON object')
    .action(({ tenant, idp, name, unknownMembers, token, expires, json }: CreateOptions) =>
      withInstallation(terminal, async ({ tenants, connections, scimUrl }) => {
        const { id } = await tenants.findTenant(tenant);
        const known = idpName(idp);
        const wish = { idp: known, name: slug(name ?? known), unknownMembers, token, expires };
        printEnabled(terminal, await connections.create(OPERATOR, id, wish), scimUrl, json === true);
      }),
    );

  connection
    .command('list')
    .description('show the connections of a tenant')
    .requiredOption(...TENANT)
    .option('--json', 'print one JSON array')
    .action(({ tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants }) => {
        const all = (await tenants.listConnections(tenant)).map(connectionOf);
        const lines = all.map(({ name, idp, status, id }) => [name, idp, status, id]);
        if (json) printJson(terminal, all);
        else printTable(terminal, ['CONNECTION', 'IDP', 'STATUS', 'ID'], lines);
      }),
    );

  one(connection, 'show', 'show a connection with whom it manages and how it does').action(
    (nameOrId: string, { tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants, connections }) => {
        const found = await tenants.findConnection(await tenants.findTenant(tenant), nameOrId);
        const { tenantId: _, ...detail } = await connections.detail(found.tenantId, found.id);
        if (json) printJson(terminal, detail);
        else printConnection(terminal, detail);
      }),
  );

  one(connection, 'set', 'rename a connection, or give it another profile or setting')
    .option('--name <name>', 'its new name')
    .option('--idp <idp>', IDP)
    .addOption(unknownMembers().choices([...UNKNOWN_MEMBERS, AS_PROFILE]))
    .action((nameOrId: string, { tenant, json, ...wish }: SetOptions) =>
      withInstallation(terminal, async ({ tenants, connections }) => {
        const found = await tenants.findConnection(await tenants.findTenant(tenant), nameOrId);
        const revised = await connections.update(OPERATOR, found.tenantId, found.id, {
          ...(wish.name !== undefined && { name: slug(wish.name) }),
          ...(wish.idp !== undefined && { idp: idpName(wish.idp) }),
          ...(wish.unknownMembers !== undefined && {
            unknownMembers: wish.unknownMembers === AS_PROFILE ? null : wish.unknownMembers,
          }),
        });
        if (json) printJson(terminal, connectionOf(revised));
        else terminal.out(`Connection ${revised.name} has the profile ${revised.idp}.\n`);
      }),
    );

  one(connection, 'disable', 'refuse its tokens; whom it manages stays as they are').action(
    (nameOrId: string, { tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants, connections }) => {
        const found = await tenants.findConnection(await tenants.findTenant(tenant), nameOrId);
        const disabled = await connections.disable(OPERATOR, found.tenantId, found.id);
        if (json) printJson(terminal, connectionOf(disabled));
        else terminal.out(`Connection ${disabled.name} is disabled.\n`);
      }),
  );

  one(connection, 'enable', 'take its tokens again; with a new one when no other is good')
    .option('--token', 'make a new access token in any case')
    .option('--no-token', 'make no access token')
    .option(...EXPIRES)
    .action((nameOrId: string, { tenant, token, expires, json }: EnableOptions) =>
      withInstallation(terminal, async ({ tenants, connections, scimUrl }) => {
        const found = await tenants.findConnection(await tenants.findTenant(tenant), nameOrId);
        const enabled = await connections.enable(OPERATOR, found.tenantId, found.id, { token, expires });
        printEnabled(terminal, enabled, scimUrl, json === true);
      }),
    );

  one(connection, 'delete', 'remove a connection; its teams stay')
    .addOption(
      new Option(
        '--members <fate>',
        'what becomes of its members; without it, it must not manage an active one',
      ).choices(MEMBER_FATES),
    )
    .action((nameOrId: string, { tenant, members, json }: TenantOptions & { members?: MemberFate }) =>
      withInstallation(terminal, async ({ tenants, connectionRemoval }) => {
        const { tenantId, id, name } = await tenants.findConnection(await tenants.findTenant(tenant), nameOrId);
        await connectionRemoval.remove(OPERATOR, tenantId, id, members);
        if (json) printJson(terminal, { id, name, removed: true });
        else terminal.out(`Connection ${name} is removed.\n`);
      }),
    );

  one(connection, 'setup', 'print how to set the identity provider up, with the values of this connection').action(
    (nameOrId: string, { tenant, json }: TenantOptions) =>
      withInstallation(terminal, async ({ tenants, connections, scimUrl }) => {
        const found = await tenants.findConnection(await tenants.findTenant(tenant), nameOrId);
        const guide = await connections.setup(found.tenantId, found.id, scimUrl);
        if (json) printJson(terminal, guide);
        else printGuide(terminal, guide);
      }),
  );

  addConnectionLogCommand(connection, terminal);
}

function unknownMembers(): Option {
  return new Option(
    '--unknown-members <what>',
    'refuse or skip members of a group that no user has (default: as the profile)',
  );
}

/** A command about one connection. */
function one(connection: Command, name: string, description: string): Command {
  return connection
    .command(name)
    .description(description)
    .argument('<name or id>', 'of the connection')
    .requiredOption(...TENANT)
    .option('--json', 'print one JSON object');
}

function printGuide(terminal: Terminal, { title, summary, steps, users, groups, notes }: SetupGuide): void {
  terminal.out(`${title}: ${summary}\n`);
  steps.forEach((step, index) => {
    terminal.out(`\n${index + 1}. ${step.title}\n   ${step.text}\n`);
    for (const { name, value } of step.fields) terminal.out(`   - ${name}: ${value.replaceAll('\n', '\n     ')}\n`);
  });
  for (const [head, rows] of [
    ['USER', users],
    ['GROUP', groups],
  ] as const) {
    terminal.out('\n');
    printTable(
      terminal,
      [head, 'THERE', 'NOTE'],
      rows.map(({ scim, idp, note }) => [scim, idp, note]),
    );
  }
  terminal.out(`\n${notes.map((note) => `- ${note}\n`).join('')}`);
}
