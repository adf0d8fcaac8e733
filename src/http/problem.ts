import type { LimitName } from '../config/limits.js';

/** One mistake in a request, by the name of the property or parameter it is in. */
export interface Mistake {
  readonly field: string;
  readonly detail: string;
}

/** What the management API refuses, as problem details will say it (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly errors?: readonly Mistake[],
    /** Members of its own kind (RFC 9457 §3.2). */
    readonly more?: Readonly<Record<string, string>>,
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

/** 409: as many of a kind exist as may exist. The exception filter counts the limit. */
export class LimitReached extends Problem {
  constructor(
    readonly limit: LimitName,
    detail: string,
  ) {
    super(409, detail);
    this.name = 'LimitReached';
  }
}
