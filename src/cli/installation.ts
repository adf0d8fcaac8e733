import { AuditService } from '../audit/audit.service.js';
import { AccountTokensService } from '../auth/accounts/account-tokens.service.js';
import { AccountTransactions } from '../auth/accounts/account-transactions.js';
import { ClientSecretsService } from '../auth/accounts/client-secrets.service.js';
import { FederatedIdentitiesService } from '../auth/accounts/federated-identities.service.js';
import { KeyRules } from '../auth/accounts/key-rules.js';
import { ServiceAccountsService } from '../auth/accounts/service-accounts.service.js';
import { systemClock } from '../config/clock.js';
import { type Config, loadConfig } from '../config/config.js';
import { allowedHosts } from '../http/allowed-hosts.js';
import { OutboundGuard } from '../http/outbound-guard.js';
import { SCIM_PATH } from '../http/scim-path.js';
import { AdoptionReviewsService } from '../members/adoption-reviews.service.js';
import { MembersReader } from '../members/members.reader.js';
import { MembersService } from '../members/members.service.js';
import { BY_INDEX, openDataSource } from '../persistence/data-source.js';
import { type Database, openDatabase } from '../persistence/database.js';
import type { DatabaseLog } from '../persistence/database-log.js';
import { makeEventMonths } from '../persistence/event-months.js';
import { migrateUp } from '../persistence/migrations.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { ProvisioningLogService } from '../provisioning-log/provisioning-log.service.js';
import { runningServerUrl } from '../running-server.js';
import { ConnectionRemoval } from '../tenants/connection-removal.js';
import { ConnectionsService } from '../tenants/connections.service.js';
import { TenantAdministration } from '../tenants/tenant-administration.js';
import { TenantRemoval } from '../tenants/tenant-removal.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { Terminal } from './terminal.js';

/** What commands about tenants work with. */
export interface Installation {
  readonly tenants: TenantsService;
  readonly administration: TenantAdministration;
  readonly removal: TenantRemoval;
  readonly connections: ConnectionsService;
  readonly connectionRemoval: ConnectionRemoval;
  readonly audit: AuditService;
  readonly provisioningLog: ProvisioningLogService;
  readonly accounts: {
    readonly accounts: ServiceAccountsService;
    readonly tokens: AccountTokensService;
    readonly secrets: ClientSecretsService;
    readonly identities: FederatedIdentitiesService;
  };
  readonly members: {
    readonly reader: MembersReader;
    readonly changes: MembersService;
    readonly reviews: AdoptionReviewsService;
  };
  /** Where clients reach the server, without a slash at the end. */
  readonly root: string;
  /** Where identity providers reach SCIM. */
  readonly scimUrl: string;
}

/** A command works alone and one step after the other. */
const POOL_SIZE = 1;

/** Opens the database that the environment names, beside a running server or alone, and closes what it opened. */
export async function withDatabase<T>(
  terminal: Terminal,
  work: (database: Database, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig(terminal.env);
  const database = await openDatabase(config, logTo(terminal), 'command');
  try {
    return await work(database, config);
  } finally {
    await database.close();
  }
}

/** The same with the schema up to date, so that a command may come before the first start of the server. */
export function withInstallation<T>(terminal: Terminal, work: (installation: Installation) => Promise<T>): Promise<T> {
  return withDatabase(terminal, async (database, config) => {
    await migrateUp(database.ownerUrl);
    await makeEventMonths(database.ownerUrl, systemClock.now());
    const app = await openDataSource({ ...database.app, options: BY_INDEX }, POOL_SIZE);
    const system = await openDataSource({ ...database.system, options: BY_INDEX }, POOL_SIZE);
    try {
      const unitOfWork = new UnitOfWork(app, system, config);
      const root = await rootUrl(config);
      return await work({
        tenants: new TenantsService(unitOfWork, systemClock),
        administration: new TenantAdministration(unitOfWork, systemClock),
        removal: new TenantRemoval(unitOfWork, systemClock),
        connections: new ConnectionsService(unitOfWork, systemClock),
        connectionRemoval: new ConnectionRemoval(unitOfWork, systemClock),
        audit: new AuditService(unitOfWork, systemClock),
        provisioningLog: new ProvisioningLogService(unitOfWork),
        members: {
          reader: new MembersReader(unitOfWork),
          changes: new MembersService(unitOfWork, systemClock),
          reviews: new AdoptionReviewsService(unitOfWork, systemClock),
        },
        accounts: accountServices(unitOfWork, config),
        root,
        scimUrl: `${root}/${SCIM_PATH}`,
      });
    } finally {
      await Promise.all([app.destroy(), system.destroy()]);
    }
  });
}

function accountServices(work: UnitOfWork, { issuerAllowedHosts }: Config): Installation['accounts'] {
  const transactions = new AccountTransactions(work, systemClock);
  const keys = new KeyRules(new OutboundGuard(allowedHosts(issuerAllowedHosts)));
  return {
    accounts: new ServiceAccountsService(transactions, keys),
    tokens: new AccountTokensService(transactions),
    secrets: new ClientSecretsService(transactions),
    identities: new FederatedIdentitiesService(transactions, keys),
  };
}

async function rootUrl(config: Config): Promise<string> {
  const running = config.databaseUrl === undefined ? await runningServerUrl(config.dataDir) : undefined;
  return config.publicUrl ?? running ?? `http://localhost:${config.port}`;
}

/** Only what may need a reaction: a command's result is not to drown in how it came about. */
function logTo(terminal: Terminal): DatabaseLog {
  const say = (_: object, message: string) => terminal.err(`${message}\n`);
  return { info: () => undefined, warn: say, error: say };
}
