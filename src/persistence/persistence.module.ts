import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LimitCounter } from '../config/limit-counter.js';
import { Settling } from './settling.js';
import { UnitOfWork } from './unit-of-work.js';

@Global()
@Module({})
class PersistenceModule {}

/** Gives every module the one way to the database. */
export function persistenceModule(work: UnitOfWork, settling: Settling): DynamicModule {
  return {
    module: PersistenceModule,
    providers: [
      { provide: UnitOfWork, inject: [LimitCounter], useFactory: (limits: LimitCounter) => counted(work, limits) },
      { provide: Settling, useValue: settling },
    ],
    exports: [UnitOfWork, Settling],
  };
}

/** The database refuses in silence until the application says where it counts. */
function counted(work: UnitOfWork, limits: LimitCounter): UnitOfWork {
  work.onLimit((name) => limits.add(name));
  return work;
}
