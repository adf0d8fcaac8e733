import { type Command, Option } from 'commander';
import { REVIEW_STATUSES, type ReviewStatus } from '../domain/adoption-review.js';
import { IdOf } from '../http/management.js';
import type { Acting } from '../members/acting.js';
import type { AdoptionReviewsService, ReviewSummary } from '../members/adoption-reviews.service.js';
import { withInstallation } from './installation.js';
import { operatorIn } from './operator.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface OneReview {
  readonly tenant: string;
  readonly json?: true;
}

const ID = new IdOf('Adoption review');
const MOST = 1000;

export function addReviewCommands(program: Command, terminal: Terminal): void {
  const review = program.command('review').description('members whom connections want to adopt');

  review
    .command('list')
    .description('show who wants to adopt whom')
    .requiredOption('--tenant <name>', 'tenant they are in')
    .addOption(new Option('--status <status>', 'of which kind').choices(REVIEW_STATUSES).default('open'))
    .option('--json', 'print one JSON object')
    .action(({ tenant, status, json }: OneReview & { readonly status: ReviewStatus }) =>
      withInstallation(terminal, async ({ tenants, members }) => {
        const { id } = await tenants.findTenant(tenant);
        const page = await members.reviews.list(id, status, { limit: MOST });
        if (json) printJson(terminal, page);
        else printTable(terminal, ['REVIEW', 'MEMBER', 'CONNECTION', 'ASKED LAST'], page.items.map(line));
      }),
    );

  review
    .command('show')
    .description('show a review with the User that the member would become')
    .argument('<id>', 'as shown by review list')
    .requiredOption('--tenant <name>', 'tenant it is in')
    .option('--json', 'print one JSON object, which is the only form')
    .action((id: string, { tenant }: OneReview) =>
      withInstallation(terminal, async ({ tenants, members: { reviews } }) =>
        printJson(terminal, await reviews.get((await tenants.findTenant(tenant)).id, ID.transform(id))),
      ),
    );

  const decisionCommand = (name: 'approve' | 'reject') =>
    review
      .command(name)
      .description(DESCRIPTIONS[name])
      .argument('<id>', 'as shown by review list')
      .requiredOption('--tenant <name>', 'tenant it is in')
      .option('--json', 'print one JSON object');

  decisionCommand('approve')
    .requiredOption('--seen <version>', 'version as shown by review show; refused when there is a newer one')
    .action((id: string, { seen, ...options }: OneReview & { readonly seen: string }) =>
      decide(terminal, id, options, (reviews, by, checked) => reviews.approve(by, checked, seen)),
    );
  decisionCommand('reject').action((id: string, options: OneReview) =>
    decide(terminal, id, options, (reviews, by, checked) => reviews.reject(by, checked)),
  );
}

function decide(
  terminal: Terminal,
  id: string,
  { tenant: slug, json }: OneReview,
  decision: (reviews: AdoptionReviewsService, by: Acting, id: string) => Promise<void>,
): Promise<void> {
  return withInstallation(terminal, async ({ tenants, members: { reviews } }) => {
    const tenant = await tenants.findTenant(slug);
    const checked = ID.transform(id);
    await decision(reviews, operatorIn(tenant), checked);
    const decided = await reviews.get(tenant.id, checked);
    if (json) printJson(terminal, decided);
    else terminal.out(`The adoption of ${decided.member.userName} is ${decided.status}.\n`);
  });
}

const DESCRIPTIONS = {
  approve: 'link the member to the connection, with what its identity provider sent',
  reject: 'refuse it for good; the identity provider is told so whenever it asks again',
} as const;

const line = ({ id, member, connection, lastRequestedAt }: ReviewSummary): string[] => [
  id,
  member.userName,
  connection.name,
  lastRequestedAt,
];
