import { v7 as uuid } from 'uuid';
import { BY_INDEX, openDataSource } from '../../src/persistence/data-source.js';
import { UnitOfWork } from '../../src/persistence/unit-of-work.js';
import { createTestDatabase } from './database.js';

/** A database of its own with a unit of work over it; `close` drops it. */
export async function openWorkspace(): Promise<Workspace> {
  const database = await createTestDatabase();
  const app = await openDataSource({ url: database.appUrl, options: BY_INDEX }, 20);
  const system = await openDataSource({ url: database.systemUrl }, 2);
  const work = new UnitOfWork(app, system, { preparedStatements: true });
  return {
    work,
    database,
    tenantId: uuid(),
    connectionId: uuid(),
    close: async () => {
      await app.destroy();
      await system.destroy();
      await database.drop();
    },
  };
}

export interface Workspace {
  readonly work: UnitOfWork;
  readonly database: Awaited<ReturnType<typeof createTestDatabase>>;
  /** A tenant and a connection to write for; nothing in the members' tables asks whether they exist. */
  readonly tenantId: string;
  readonly connectionId: string;
  close(): Promise<void>;
}
