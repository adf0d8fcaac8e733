import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { DomainException } from '../domain/domain-error.js';
import type { StatementClass } from './statement-shares.js';

interface PgError {
  readonly code?: string;
  readonly constraint?: string;
}

function pgError(error: unknown): PgError {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  return typeof cause === 'object' && cause !== null ? (cause as PgError) : {};
}

/** Name of the violated unique constraint or index (SQLSTATE 23505), without the shard number Citus appends. */
export function uniqueViolation(error: unknown): string | undefined {
  const { code, constraint } = pgError(error);
  return code === '23505' ? constraint?.replace(/_\d+$/, '') : undefined;
}

/** What a row refers to is gone (SQLSTATE 23503). */
export function isForeignKeyViolation(error: unknown): boolean {
  return pgError(error).code === '23503';
}

/** Serialization failure and deadlock: the transaction did nothing and may run again. */
export function isRetryable(error: unknown): boolean {
  return ['40001', '40P01'].includes(pgError(error).code ?? '');
}

/** The statement waited for a lock longer than `lock_timeout` and did nothing (SQLSTATE 55P03). */
export function isLockTimeout(error: unknown): boolean {
  return pgError(error).code === '55P03';
}

/** The statement was refused and is rolled back, and its connection goes on: nothing of it can have been committed. */
export function isUndone(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? '');
}

const CONNECTION_LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);
/** 08: connection exceptions; 53: out of resources; 57: shut down, cancelled by statement_timeout; 25006: read-only standby. */
const UNAVAILABLE = /^(08|53|57)|^25006$/;
/** pg reports a lost or exhausted connection without a code. */
const LOST_TEXT =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Cancelled by `statement_timeout` (SQLSTATE 57014). */
const CANCELLED = '57014';

/** A character that no text of the database can have (SQLSTATE 22021), such as NUL; in JSON it is 22P05. */
const UNSTORABLE = new Set(['22021', '22P05']);

/**
 * Turns "the database cannot answer now" and "the database cannot store this text" into a DomainException; any other error is returned
 * as it is.
 * @param name the class of the statement: a heavy one that ran out of time is `tooExpensive`
 */
export function translateUnavailable(error: unknown, name?: StatementClass): unknown {
  const { code = '' } = pgError(error);
  if (code === CANCELLED && name === 'heavy') return new DomainException({ kind: 'tooExpensive' }, error);
  if (UNSTORABLE.has(code)) {
    const detail = 'has a character that no text can have, such as NUL';
    return new DomainException({ kind: 'invalid', attribute: 'value', detail }, error);
  }
  const lost = CONNECTION_LOST.has(code) || UNAVAILABLE.test(code) || isLockTimeout(error);
  if (lost || (error instanceof Error && LOST_TEXT.test(error.message))) {
    return new DomainException({ kind: 'unavailable' }, error);
  }
  return error;
}
