import { ServiceUnavailableException } from '@nestjs/common';

/** How long the database may take to say that it lives, in milliseconds. */
const PROBE_TIMEOUT = 2000;

/** Whether this instance should be sent requests. */
export class Readiness {
  private draining = false;

  /** @param probe resolves when the database answers */
  constructor(private readonly probe: () => Promise<unknown>) {}

  /** From now on the instance wants no new requests, though it still answers those that come. */
  drain(): void {
    this.draining = true;
  }

  /** @throws ServiceUnavailableException with the reason */
  async check(): Promise<void> {
    if (this.draining) throw new ServiceUnavailableException('The server is shutting down.');
    const answered = await this.databaseAnswers();
    if (!answered) throw new ServiceUnavailableException('The database does not answer.');
  }

  private async databaseAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, PROBE_TIMEOUT, false);
    });
    const answered = this.probe().then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([answered, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
