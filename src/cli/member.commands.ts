import { type Command, Option } from 'commander';
import { IdOf } from '../http/management.js';
import type { Acting } from '../members/acting.js';
import type { MemberDetail } from '../members/members.reader.js';
import type { MemberSummary } from '../persistence/member-overview.js';
import { type Installation, withInstallation } from './installation.js';
import { operatorIn } from './operator.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface OneMember {
  readonly tenant: string;
  readonly json?: true;
}

interface ListOptions extends OneMember {
  readonly search?: string;
  readonly connection?: string;
  readonly unlinked?: true;
  readonly inactive?: true;
  readonly removed?: true;
  readonly limit: string;
  readonly after?: string;
}

/** What a command does to the member it names. */
type Change<O> = (members: Installation['members'], by: Acting, id: string, options: O) => Promise<void>;

const ID = new IdOf('Member');
const OVERRIDE = 'also when a connection manages it, until its identity provider says otherwise';
const WHO = 'id of the account, or the userName';

export function addMemberCommands(program: Command, terminal: Terminal): void {
  const member = program.command('member').description('members of a tenant');
  addReads(member, terminal);

  const changing = <O extends OneMember>(name: string, description: string, change: Change<O>): Command =>
    member
      .command(name)
      .description(description)
      .argument('<member>', WHO)
      .requiredOption('--tenant <name>', 'tenant it is in')
      .option('--json', 'print one JSON object')
      .action((who: string, options: O) =>
        withInstallation(terminal, async ({ tenants, members }) => {
          const tenant = await tenants.findTenant(options.tenant);
          const id = await members.reader.idOf(tenant.id, who);
          await change(members, operatorIn(tenant), id, options);
          print(terminal, await members.reader.get(tenant.id, id), options.json === true);
        }),
      );

  changing<OneMember & { readonly connection: string; readonly externalId?: string }>(
    'link',
    'let a connection manage a member whom nobody manages',
    async ({ changes, reader }, by, id, { connection, externalId }) => {
      const connectionId = await reader.connectionIdOf(by.tenantId, connection);
      await changes.link(by, id, { connectionId, externalId });
    },
  )
    .requiredOption('--connection <name or id>', 'connection that will manage it')
    .option('--external-id <id>', 'what the identity provider calls it (default: whatever it will send)');

  changing('unlink', 'let nobody manage a member any more', ({ changes }, by, id) => changes.unlink(by, id));

  changing('deactivate', 'end the access of a member', activity(false)).option('--override', OVERRIDE);
  changing('reactivate', 'give a member its access back', activity(true)).option('--override', OVERRIDE);

  changing<OneMember & { readonly externalId?: string; readonly none?: true }>(
    'set-external-id',
    'change what the identity provider calls a member',
    ({ changes }, by, id, { externalId, none }) => {
      if ((externalId === undefined) === (none === undefined)) throw new Error('Give either --external-id or --none.');
      return changes.setExternalId(by, id, externalId ?? null);
    },
  )
    .option('--external-id <id>', 'the new one')
    .option('--none', 'it is called nothing');

  changing<OneMember & { readonly off?: true }>(
    'break-glass',
    'put a member out of the reach of SCIM',
    ({ changes }, by, id, { off }) => changes.setBreakGlass(by, id, off !== true),
  ).option('--off', 'put it back into reach');

  member
    .command('erase')
    .description('take the personal data out of a member, for good')
    .argument('<member>', WHO)
    .requiredOption('--tenant <name>', 'tenant it is in')
    .requiredOption('--user-name <userName>', 'of the member, so that nobody is erased for a wrong id')
    .option('--json', 'print one JSON object')
    .action((who: string, { tenant: slug, userName, json }: OneMember & { readonly userName: string }) =>
      withInstallation(terminal, async ({ tenants, members }) => {
        const tenant = await tenants.findTenant(slug);
        const id = await members.reader.idOf(tenant.id, who);
        await members.changes.erase(operatorIn(tenant), id, userName);
        if (json) printJson(terminal, { id, erased: true });
        else terminal.out(`Member ${id} is erased; events told before keep what they told.\n`);
      }),
    );
}

function addReads(member: Command, terminal: Terminal): void {
  member
    .command('list')
    .description('show members of a tenant, in the order of their creation')
    .requiredOption('--tenant <name>', 'tenant they are in')
    .option('--search <text>', 'how userName, displayName or an e-mail address begins')
    .option('--connection <name or id>', 'only those whom it manages')
    .option('--unlinked', 'only those whom no connection manages')
    .option('--inactive', 'only those without access')
    .option('--removed', 'those who were removed over SCIM')
    .addOption(new Option('--limit <number>', 'most members').default('100'))
    .option('--after <id>', 'those behind this account')
    .option('--json', 'print one JSON object: items, and next for --after')
    .action((options: ListOptions) =>
      withInstallation(terminal, async ({ tenants, members }) => {
        const { id: tenantId } = await tenants.findTenant(options.tenant);
        const { connection, after } = options;
        const page = await members.reader.list(
          tenantId,
          {
            beginning: options.search,
            connectionId:
              connection === undefined ? undefined : await members.reader.connectionIdOf(tenantId, connection),
            linked: options.unlinked ? false : undefined,
            active: options.inactive ? false : undefined,
            removed: options.removed === true,
          },
          { after: after === undefined ? undefined : ID.transform(after), limit: wholeNumber(options.limit) },
        );
        if (options.json) printJson(terminal, page);
        else printTable(terminal, ['ACCOUNT', 'USERNAME', 'MANAGED BY', 'STATE'], page.items.map(line));
      }),
    );

  member
    .command('show')
    .description('show a member: who manages it and since when, and what it may do')
    .argument('<member>', WHO)
    .requiredOption('--tenant <name>', 'tenant it is in')
    .option('--json', 'print one JSON object')
    .action((who: string, { tenant, json }: OneMember) =>
      withInstallation(terminal, async ({ tenants, members }) => {
        const { id: tenantId } = await tenants.findTenant(tenant);
        const id = await members.reader.idOf(tenantId, who);
        print(terminal, await members.reader.get(tenantId, id), json === true);
      }),
    );
}

const activity =
  (active: boolean): Change<OneMember & { readonly override?: true }> =>
  ({ changes }, by, id, { override }) =>
    changes.setActive(by, id, active, override === true);

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no number from 1 to 9999.`);
}

const stateOf = ({ active, removedAt, breakGlass }: MemberSummary): string =>
  [removedAt === null ? (active ? 'active' : 'inactive') : 'removed', ...(breakGlass ? ['break-glass'] : [])].join(
    ', ',
  );

const line = (member: MemberSummary): string[] => [
  member.id,
  member.userName,
  member.connection?.name ?? '-',
  stateOf(member),
];

function print(terminal: Terminal, member: MemberDetail, json: boolean): void {
  if (json) {
    printJson(terminal, member);
    return;
  }
  const { connection, linkedSince, access } = member;
  const since = linkedSince === null ? '' : ` since ${linkedSince}`;
  printTable(
    terminal,
    ['MEMBER', member.id],
    [
      ['userName', member.userName],
      ['displayName', member.displayName ?? '-'],
      ['state', stateOf(member)],
      ['managed by', connection ? `${connection.name}${since}` : '-'],
      ['externalId', member.externalId ?? '-'],
      ['SCIM id', member.scimId ?? '-'],
      ['teams', access.teams.map(({ teamName, permission }) => `${teamName} (${permission})`).join(', ') || '-'],
      ['grants', access.grants.map(({ name }) => name).join(', ') || '-'],
    ],
  );
}
