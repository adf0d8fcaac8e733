/** The server of a test run, as start-postgres hands it on in MUSTER_TEST_POSTGRES. */
export interface TestPostgres {
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly systemUrl: string;
  /** A migrated, empty database to clone. */
  readonly template: string;
}

/** The same login on another database of the server. */
export function urlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
