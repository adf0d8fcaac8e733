/** A folder of `src/`, or `top`: the files that lie in `src/` itself. */
export interface Folder {
  readonly name: string;
  readonly rank: number;
  readonly holds: string;
  readonly mayImport: readonly string[];
}

const PURE = ['scim', 'domain', 'config'];
const BELOW_OFFERS = ['events', 'auth', 'http', 'persistence', ...PURE];
const OFFERS = [
  'users',
  'groups',
  'tenants',
  'members',
  'provisioning-log',
  'audit',
  'webhooks',
  'notifications',
  'feed',
  'broker',
];

/** Who may import whom. A folder that is not here may not exist; ARCHITECTURE.md prints this table. */
export const FOLDERS: readonly Folder[] = [
  {
    name: 'cli',
    rank: 7,
    holds: 'the same services from a shell',
    mayImport: ['top', 'bulk', ...OFFERS, ...BELOW_OFFERS],
  },
  {
    name: 'top',
    rank: 6,
    holds: 'start, stop and the module that names all modules',
    mayImport: ['bulk', ...OFFERS, ...BELOW_OFFERS],
  },
  {
    name: 'bulk',
    rank: 5,
    holds: '`/scim/v2/Bulk` and `/scim/v2/.search`',
    mayImport: ['users', 'groups', ...BELOW_OFFERS],
  },
  { name: 'users', rank: 4, holds: '`/scim/v2/Users`', mayImport: BELOW_OFFERS },
  {
    name: 'webhooks',
    rank: 4,
    holds: 'endpoints of a tenant, and deliveries to them',
    mayImport: BELOW_OFFERS,
  },
  {
    name: 'feed',
    rank: 4,
    holds: '`/api/v1/events`, its stream, and the documents of events',
    mayImport: BELOW_OFFERS,
  },
  { name: 'broker', rank: 4, holds: 'the publisher to NATS JetStream', mayImport: BELOW_OFFERS },
  {
    name: 'notifications',
    rank: 4,
    holds: 'e-mail to members and admins: planned, gathered, sent; unsubscribing',
    mayImport: BELOW_OFFERS,
  },
  { name: 'audit', rank: 4, holds: 'the audit log: search, export', mayImport: BELOW_OFFERS },
  { name: 'groups', rank: 4, holds: '`/scim/v2/Groups`', mayImport: BELOW_OFFERS },
  {
    name: 'provisioning-log',
    rank: 4,
    holds: 'what identity providers asked and were answered: recorded, kept for a while, read',
    mayImport: BELOW_OFFERS,
  },
  { name: 'tenants', rank: 4, holds: 'tenants, connections, tokens; the management API', mayImport: BELOW_OFFERS },
  { name: 'members', rank: 4, holds: 'members in the hands of admins, reviews of adoptions', mayImport: BELOW_OFFERS },
  {
    name: 'auth',
    rank: 3,
    holds: 'the guard: tokens, scopes, rate limits; service accounts; the OAuth token endpoint',
    mayImport: ['http', 'persistence', 'domain', 'config'],
  },
  {
    name: 'events',
    rank: 3,
    holds: 'the relay: from committed events to sealed ones and planned deliveries',
    mayImport: ['http', 'persistence', 'domain', 'config'],
  },
  { name: 'http', rank: 2, holds: 'the face: bodies, errors, discovery, OpenAPI, health', mayImport: PURE },
  { name: 'persistence', rank: 1, holds: 'everything that knows SQL', mayImport: PURE },
  { name: 'scim', rank: 0, holds: 'the protocol: pure functions', mayImport: [] },
  { name: 'domain', rank: 0, holds: 'the business: pure types and rules', mayImport: [] },
  { name: 'config', rank: 0, holds: 'environment, clock, the table of limits, long work in steps', mayImport: [] },
];

/** Packages with a home; what lies below their names has the same. */
export const PACKAGES: readonly { readonly prefix: string; readonly onlyIn: readonly string[] }[] = [
  { prefix: 'typeorm', onlyIn: ['persistence'] },
  { prefix: 'pg', onlyIn: ['persistence'] },
  { prefix: 'commander', onlyIn: ['cli'] },
  { prefix: 'nodemailer', onlyIn: ['notifications'] },
  { prefix: 'eta', onlyIn: ['notifications'] },
  { prefix: '@nats-io', onlyIn: ['broker'] },
  {
    prefix: '@nestjs',
    onlyIn: [
      'top',
      'cli',
      'users',
      'groups',
      'bulk',
      'tenants',
      'members',
      'provisioning-log',
      'audit',
      'webhooks',
      'notifications',
      'feed',
      'broker',
      'auth',
      'events',
      'http',
      'persistence',
      'config',
    ],
  },
];

/** Folders that import no package and nothing of Node.js. */
export const SELF_CONTAINED: readonly string[] = ['scim', 'domain'];

/** The door of a folder: others import this file of it and no other. It is also the only file that may re-export. */
export const DOORS: Readonly<Record<string, string>> = { scim: 'scim/index.ts' };

/** The one file that reads the process's environment. */
export const READS_ENVIRONMENT: readonly string[] = ['config/environment.ts'];

/** Files that ask the time; everybody else is given a Clock. A log line carries the time at which it is written. */
export const READS_CLOCK: readonly string[] = ['config/clock.ts', 'http/logger.ts'];
