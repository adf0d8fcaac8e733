import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import type { Connection, UnknownMembers } from '../domain/connection.js';
import { DomainException } from '../domain/domain-error.js';
import type { IdpName } from '../domain/idp-profile.js';
import type { Page, PageWish } from '../domain/page.js';
import type { Tenant } from '../domain/tenant.js';
import { Problem } from '../http/problem.js';
import { type ConnectionHold, ConnectionsReader } from '../persistence/connections.repository.js';
import { type ConnectionFigures, ProvisioningLogRepository } from '../persistence/provisioning-log.repository.js';
import { TolerancesRepository, type ToleranceTotal } from '../persistence/tolerances.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AdminTransactions, type Changes } from './admin-transactions.js';
import type { Author } from './author.js';
import type { ConnectionSettings } from './connection-changes.js';
import { type IssuedToken, issueToken, SCIM_SCOPES } from './issued-token.js';
import { DEFAULT_LIFETIME, lifetimeOf } from './lifetime.js';
import { type SetupGuide, setupOf } from './setup/setup-guide.js';

/** A connection to be made. */
export interface ConnectionWish {
  readonly idp: IdpName;
  /** That of the identity provider when absent. */
  readonly name?: string | undefined;
  /** As the profile says it when absent. */
  readonly unknownMembers?: UnknownMembers | undefined;
  /** Whether it comes with an access token; it does unless told otherwise. */
  readonly token?: boolean | undefined;
  /** How long the token lives, such as `90d`. */
  readonly expires?: string | undefined;
}

/** A connection to be enabled. Absent, there is a new token when no other is good. */
export type EnableWish = Pick<ConnectionWish, 'token' | 'expires'>;

/** A connection that is enabled now, with its token where one was made: the only time that it is seen. */
export interface EnabledConnection {
  readonly connection: Connection;
  readonly issued: IssuedToken | null;
}

/** A connection with whom it manages and how it does. */
export interface ConnectionDetail extends Connection {
  readonly manages: ConnectionHold;
  readonly figures: ConnectionFigures;
  readonly tolerances: readonly ToleranceTotal[];
}

/** Connections of a tenant, by their ids. Each change is one transaction with its events. */
@Injectable()
export class ConnectionsService {
  private readonly transactions: AdminTransactions;

  constructor(
    private readonly work: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.transactions = new AdminTransactions(work, clock);
  }

  page(tenantId: string, page: PageWish): Promise<Page<Connection>> {
    return new ConnectionsReader(this.work.forTenant(tenantId)).page(page);
  }

  async find(tenantId: string, id: string): Promise<Connection> {
    return known(id, await new ConnectionsReader(this.work.forTenant(tenantId)).find(id));
  }

  async detail(tenantId: string, id: string): Promise<ConnectionDetail> {
    const connection = await this.find(tenantId, id);
    const session = this.work.forTenant(tenantId);
    return {
      ...connection,
      manages: await new ConnectionsReader(session).hold(id),
      figures: await new ProvisioningLogRepository(session).connectionFigures(id, this.clock.now()),
      tolerances: (await new TolerancesRepository(session).list(id)) ?? [],
    };
  }

  /** @throws Problem 409 when the name is taken, or the tenant asks for single sign-on first (decision “SSO before SCIM”) */
  create(author: Author, tenantId: string, wish: ConnectionWish): Promise<EnabledConnection> {
    const lifetime = lifetimeOf(wish.expires ?? DEFAULT_LIFETIME);
    return this.transactions.change(author, async (changes) => {
      const tenant = await readyForScim(changes, tenantId);
      const connection = await changes.connections.create(tenantId, {
        name: wish.name ?? wish.idp,
        idp: wish.idp,
        ...(wish.unknownMembers && { unknownMembers: wish.unknownMembers }),
      });
      return {
        connection,
        issued: wish.token === false ? null : await issueFor(changes, tenant, connection, lifetime),
      };
    });
  }

  update(author: Author, tenantId: string, id: string, wish: Partial<ConnectionSettings>): Promise<Connection> {
    return this.transactions.change(author, async ({ connections }) =>
      connections.revise(known(id, await connections.find(tenantId, id)), wish),
    );
  }

  /** @throws Problem 409 when the tenant asks for single sign-on first (decision “SSO before SCIM”) */
  enable(author: Author, tenantId: string, id: string, wish: EnableWish = {}): Promise<EnabledConnection> {
    const lifetime = lifetimeOf(wish.expires ?? DEFAULT_LIFETIME);
    return this.transactions.change(author, async (changes) => {
      const found = known(id, await changes.connections.find(tenantId, id));
      const tenant = await readyForScim(changes, tenantId);
      const connection = await changes.connections.switch(found, 'enabled');
      const wanted = wish.token ?? !(await changes.connections.hasGoodToken(connection));
      return { connection, issued: wanted ? await issueFor(changes, tenant, connection, lifetime) : null };
    });
  }

  /** Its tokens are refused within a second, on every instance; whom it manages stays as they are. */
  disable(author: Author, tenantId: string, id: string): Promise<Connection> {
    return this.transactions.change(author, async ({ connections }) =>
      connections.switch(known(id, await connections.find(tenantId, id)), 'disabled'),
    );
  }

  /** @param scimUrl where identity providers reach SCIM */
  async setup(tenantId: string, id: string, scimUrl: string): Promise<SetupGuide> {
    const { idp, name } = await this.find(tenantId, id);
    return setupOf(idp, { scimUrl, connection: name });
  }
}

/** Decision 33: a tenant may want its people to sign in by their identity provider before that provider manages them. */
async function readyForScim({ tenants }: Changes, tenantId: string): Promise<Tenant> {
  const tenant = await tenants.find(tenantId);
  if (!tenant) throw new DomainException({ kind: 'notFound', resource: 'Tenant', id: tenantId });
  const { ssoRequired, sso } = tenant.settings;
  if (!ssoRequired || sso !== null) return tenant;
  throw new Problem(
    409,
    'This tenant asks for single sign-on before SCIM: give it the setting sso, with the issuer of OpenID Connect or the URL of SAML metadata, or switch ssoRequired off.',
  );
}

function issueFor(changes: Changes, tenant: Tenant, connection: Connection, lifetime: number): Promise<IssuedToken> {
  return issueToken(changes, { tenant, connection, name: connection.name, scopes: SCIM_SCOPES, lifetime });
}

export function known(id: string, connection: Connection | undefined): Connection {
  if (!connection) throw new DomainException({ kind: 'notFound', resource: 'Connection', id });
  return connection;
}
