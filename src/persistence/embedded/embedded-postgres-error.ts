/** Embedded PostgreSQL cannot be started, found or stopped; the message says why and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
}

/** Another Muster already works on the data directory. */
export class DataDirectoryInUseError extends EmbeddedPostgresError {
  override readonly name = 'DataDirectoryInUseError';

  constructor(
    readonly directory: string,
    readonly pid: number,
    readonly purpose: 'server' | 'command',
  ) {
    super(
      `The data directory ${directory} is in use by the Muster ${purpose} with process id ${pid}. ` +
        'Stop that process, or give this one a MUSTER_DATA_DIR of its own.',
    );
  }
}
