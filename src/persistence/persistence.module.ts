import { type DynamicModule, Global, Module } from '@nestjs/common';
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
      { provide: UnitOfWork, useValue: work },
      { provide: Settling, useValue: settling },
    ],
    exports: [UnitOfWork, Settling],
  };
}
