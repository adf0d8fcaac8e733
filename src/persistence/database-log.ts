/** What running a database has to say; a pino logger fits. Fields never hold passwords or connection strings. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
