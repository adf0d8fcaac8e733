import { Module } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { Config } from '../config/config.js';
import { CLOCK, CONFIG } from '../config/config.module.js';
import { allowedHosts } from '../http/allowed-hosts.js';
import { guardedJson } from '../http/guarded-json.js';
import { OutboundGuard } from '../http/outbound-guard.js';
import { OAuthClientsRepository } from '../persistence/oauth-clients.repository.js';
import { UnitOfWork } from '../persistence/unit-of-work.js';
import { AccountTokensController } from './accounts/account-tokens.controller.js';
import { AccountTokensService } from './accounts/account-tokens.service.js';
import { AccountTransactions } from './accounts/account-transactions.js';
import { ClientSecretsController } from './accounts/client-secrets.controller.js';
import { ClientSecretsService } from './accounts/client-secrets.service.js';
import { FederatedIdentitiesController } from './accounts/federated-identities.controller.js';
import { FederatedIdentitiesService } from './accounts/federated-identities.service.js';
import { KeyRules } from './accounts/key-rules.js';
import { ServiceAccountsController } from './accounts/service-accounts.controller.js';
import { ServiceAccountsService } from './accounts/service-accounts.service.js';
import { AuthModule } from './auth.module.js';
import { Assertions } from './oauth/assertions.js';
import { ClientAuthentication } from './oauth/client-authentication.js';
import { KeySets } from './oauth/key-sets.js';
import { MetadataController } from './oauth/metadata.controller.js';
import { OAuthUpkeep } from './oauth/oauth-upkeep.js';
import { RemoteJson } from './oauth/remote-json.js';
import { TokenController } from './oauth/token.controller.js';
import { TokenEndpoint } from './oauth/token-endpoint.service.js';
import { RateLimits } from './rate-limit.js';

/** Service accounts with their credentials, and the OAuth token endpoint. Expects the global modules of config and persistence. */
@Module({
  imports: [AuthModule],
  controllers: [
    ServiceAccountsController,
    AccountTokensController,
    ClientSecretsController,
    FederatedIdentitiesController,
    TokenController,
    MetadataController,
  ],
  providers: [
    AccountTransactions,
    ServiceAccountsService,
    AccountTokensService,
    ClientSecretsService,
    FederatedIdentitiesService,
    {
      provide: OutboundGuard,
      inject: [CONFIG],
      useFactory: ({ issuerAllowedHosts }: Config) => new OutboundGuard(allowedHosts(issuerAllowedHosts)),
    },
    { provide: KeyRules, inject: [OutboundGuard], useFactory: (guard: OutboundGuard) => new KeyRules(guard) },
    {
      provide: OAuthClientsRepository,
      inject: [UnitOfWork],
      useFactory: ({ system }: UnitOfWork) => new OAuthClientsRepository(system),
    },
    {
      provide: KeySets,
      inject: [OutboundGuard, CLOCK],
      useFactory: (guard: OutboundGuard, clock: Clock) =>
        new KeySets(new RemoteJson((url) => guardedJson(guard, url), clock)),
    },
    {
      provide: ClientAuthentication,
      inject: [OAuthClientsRepository, KeySets, CLOCK],
      useFactory: (clients: OAuthClientsRepository, keys: KeySets, clock: Clock) =>
        new ClientAuthentication(clients, new Assertions(clients, keys), clock),
    },
    {
      provide: TokenEndpoint,
      inject: [ClientAuthentication, OAuthClientsRepository, RateLimits, CLOCK],
      useFactory: (
        authentication: ClientAuthentication,
        clients: OAuthClientsRepository,
        limits: RateLimits,
        clock: Clock,
      ) => new TokenEndpoint(authentication, clients, limits, clock),
    },
    {
      provide: OAuthUpkeep,
      inject: [OAuthClientsRepository, CLOCK],
      useFactory: (clients: OAuthClientsRepository, clock: Clock) => new OAuthUpkeep(clients, clock),
    },
  ],
})
export class OAuthModule {}
