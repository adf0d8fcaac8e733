import { HttpException, HttpStatus, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import type { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';
import type { BodyIntake } from './body-intake.js';

const CHECK_MS = 1000;

interface Arrival {
  readonly intake: BodyIntake;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly fail: (error: Error) => void;
}

/** Watches bodies that are being read, and ends those that come too slowly. The HTTP server ends what takes too long altogether. */
export class SlowBodies implements OnModuleInit, OnModuleDestroy {
  private readonly arrivals = new Set<Arrival>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.check(), CHECK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * @param fail is called at most once, with 408
   * @returns ends the watch
   */
  watch(intake: BodyIntake, fail: (error: Error) => void): () => void {
    const arrival: Arrival = { intake, since: this.now(), fail };
    this.arrivals.add(arrival);
    return () => this.arrivals.delete(arrival);
  }

  /** Ends every body that is behind the rate. */
  check(): void {
    const now = this.now();
    for (const arrival of this.arrivals) {
      const seconds = (now - arrival.since) / 1000;
      if (seconds < LIMITS.slowBodySeconds.value) continue;
      if (arrival.intake.received >= seconds * LIMITS.bodyBytesPerSecond.value) continue;
      this.arrivals.delete(arrival);
      this.limits.add('bodyBytesPerSecond');
      arrival.fail(new HttpException('The request took too long to arrive.', HttpStatus.REQUEST_TIMEOUT));
    }
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}
