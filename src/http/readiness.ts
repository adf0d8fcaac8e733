import { ServiceUnavailableException } from '@nestjs/common';
import type { LimitCounter } from '../config/limit-counter.js';
import { RepeatedAnswer } from './repeated-answer.js';

/** How long the database may take to say that it lives, in milliseconds. */
const PROBE_TIMEOUT = 2000;

const NO_ANSWER = 'The database does not answer.';

/** A probe's own words for what keeps the instance from serving; they may be shown to anybody. */
export class NotReady extends Error {}

/** Whether this instance should be sent requests. */
export class Readiness {
  private draining = false;
  private readonly answer: RepeatedAnswer<string | undefined>;

  /** @param probe resolves when the database answers */
  constructor(
    private readonly probe: () => Promise<unknown>,
    limits: LimitCounter,
  ) {
    this.answer = new RepeatedAnswer(() => this.trouble(), limits);
  }

  /** From now on the instance wants no new requests, though it still answers those that come. */
  drain(): void {
    this.draining = true;
  }

  /** @throws ServiceUnavailableException with the reason */
  async check(): Promise<void> {
    if (this.draining) throw new ServiceUnavailableException('The server is shutting down.');
    const trouble = await this.answer.get();
    if (trouble !== undefined) throw new ServiceUnavailableException(trouble);
  }

  private async trouble(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, PROBE_TIMEOUT, NO_ANSWER);
    });
    const answered = this.probe().then(
      () => undefined,
      (error: unknown) => (error instanceof NotReady ? error.message : NO_ANSWER),
    );
    try {
      return await Promise.race([answered, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
