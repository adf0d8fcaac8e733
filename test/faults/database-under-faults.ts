import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { systemClock } from '../../src/config/clock.js';
import { BY_INDEX, openDataSource } from '../../src/persistence/data-source.js';
import { makeEventMonths } from '../../src/persistence/event-months.js';
import { migrateUp } from '../../src/persistence/migrations.js';
import { UnitOfWork } from '../../src/persistence/unit-of-work.js';
import { EmbeddedProcess } from '../support/embedded-process.js';
import { makeDataDirectory, postgresOf, removeDataDirectory } from './muster-process.js';

/** A PostgreSQL that several processes of Muster share, and that can be ended as `pg_ctl stop -m immediate` does. */
export class DatabaseUnderFaults {
  private constructor(
    private readonly directory: string,
    private readonly process: EmbeddedProcess,
    /** Past row level security; connections that break are replaced. */
    readonly superuser: pg.Pool,
  ) {}

  static async open(): Promise<DatabaseUnderFaults> {
    const directory = await makeDataDirectory();
    const process = await EmbeddedProcess.start(directory);
    const url = new URL(process.started.superuserUrl);
    url.pathname = '/muster';
    const superuser = new pg.Pool({ connectionString: url.href, max: 3 });
    superuser.on('error', () => undefined);
    // A database that is given, not embedded, is worked on in roles that its owner may take.
    await superuser.query('grant muster_app, muster_system to muster_owner');
    await migrateUp(process.started.ownerUrl);
    await makeEventMonths(process.started.ownerUrl, systemClock.now());
    return new DatabaseUnderFaults(directory, process, superuser);
  }

  /** Settings of a Muster that works on it. */
  get settings(): Readonly<Record<string, string>> {
    const { ownerUrl, appUrl, systemUrl } = this.process.started;
    return {
      DATABASE_URL: ownerUrl,
      MUSTER_APP_DATABASE_URL: appUrl,
      MUSTER_SYSTEM_DATABASE_URL: systemUrl,
      MUSTER_DATA_DIR: this.directory,
      MUSTER_POOL_SIZE: '5',
    };
  }

  async withWork<T>(use: (work: UnitOfWork) => Promise<T>): Promise<T> {
    const { appUrl, systemUrl } = this.process.started;
    const app = await openDataSource({ url: appUrl, options: BY_INDEX }, 1);
    const system = await openDataSource({ url: systemUrl, options: BY_INDEX }, 1);
    try {
      return await use(new UnitOfWork(app, system, { preparedStatements: true }));
    } finally {
      await Promise.all([app.destroy(), system.destroy()]);
    }
  }

  /** Every session is cut off and nothing is written out: the next start recovers from the log. Resolves when it answers again. */
  async restartImmediately(): Promise<void> {
    const pid = await postgresOf(this.directory);
    if (pid === undefined) return;
    process.kill(pid, 'SIGQUIT');
    for (;;) {
      await sleep(50);
      const isAnother = (await postgresOf(this.directory)) !== pid;
      if (isAnother && (await this.superuser.query('select').catch(() => undefined))) return;
    }
  }

  /** Rows of a question that is asked again when the database was away. */
  async rows<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.superuser.query<T>(sql, [...values])).rows;
      } catch (error) {
        if (attempt === 100) throw error;
        await sleep(100);
      }
    }
  }

  async close(): Promise<void> {
    await this.superuser.end();
    await this.process.stop();
    await removeDataDirectory(this.directory);
  }
}
