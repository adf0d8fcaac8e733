import { DomainException } from '../../src/domain/domain-error.js';

/** The kind of a domain error; anything else as it is. */
export function kindOf(error: unknown): unknown {
  return error instanceof DomainException ? error.error.kind : error;
}

/** The kind of the domain error that the work throws; undefined when it throws nothing. */
export function kindThrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return kindOf(error);
  }
  return undefined;
}
