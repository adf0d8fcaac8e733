import { type DynamicModule, Global, Module, type ModuleMetadata } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { OAuthModule } from './auth/oauth.module.js';
import { brokerModule } from './broker/broker.module.js';
import { BulkModule } from './bulk/bulk.module.js';
import type { Clock } from './config/clock.js';
import type { Config } from './config/config.js';
import { CLOCK, configModule } from './config/config.module.js';
import { DatabaseMetrics } from './database-metrics.js';
import { EventsModule } from './events/events.module.js';
import { FeedModule } from './feed/feed.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { CursorSigner } from './http/cursor-signer.js';
import { httpModule } from './http/http.module.js';
import { ANSWER_STORE } from './http/idempotency.interceptor.js';
import { MembersModule } from './members/members.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { AnswersRepository } from './persistence/answers.repository.js';
import { AnswersExpiry } from './persistence/answers-expiry.js';
import { persistenceModule } from './persistence/persistence.module.js';
import type { Settling } from './persistence/settling.js';
import type { UnitOfWork } from './persistence/unit-of-work.js';
import { ProvisioningLogModule } from './provisioning-log/provisioning-log.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** What is opened before there is an application, and closed after it. */
export interface Foundation {
  readonly config: Config;
  readonly work: UnitOfWork;
  readonly settling: Settling;
  readonly cursors: CursorSigner;
  /** Resolves when the database answers. */
  readonly databaseAnswers: () => Promise<unknown>;
}

/** The modules with routes, and the guard before them. */
export function routeModules(databaseAnswers: () => Promise<unknown>): NonNullable<ModuleMetadata['imports']> {
  return [
    httpModule(databaseAnswers),
    AuthModule,
    OAuthModule,
    UsersModule,
    GroupsModule,
    BulkModule,
    TenantsModule,
    MembersModule,
    ProvisioningLogModule,
    AuditModule,
    WebhooksModule,
    NotificationsModule,
    FeedModule,
  ];
}

@Global()
@Module({})
class AppModule {}

/** Every module of Muster, named in this file and nowhere else. */
export function appModule({ config, work, settling, cursors, databaseAnswers }: Foundation): DynamicModule {
  const answers = new AnswersRepository(work);
  return {
    module: AppModule,
    imports: [
      configModule(config),
      persistenceModule(work, settling),
      EventsModule,
      ...routeModules(databaseAnswers),
      ...(config.nats ? [brokerModule(config.nats)] : []),
    ],
    providers: [
      DatabaseMetrics,
      { provide: CursorSigner, useValue: cursors },
      { provide: ANSWER_STORE, useValue: answers },
      { provide: AnswersExpiry, inject: [CLOCK], useFactory: (clock: Clock) => new AnswersExpiry(answers, clock) },
    ],
    exports: [CursorSigner, ANSWER_STORE],
  };
}
