import type { Clock } from '../../src/config/clock.js';

/** A clock that stands still until it is told to go on. */
export class FixedClock implements Clock {
  #time: number;

  constructor(time: string | Date = '2026-01-15T10:00:00.000Z') {
    this.#time = new Date(time).getTime();
  }

  now(): Date {
    return new Date(this.#time);
  }

  advance(milliseconds: number): void {
    this.#time += milliseconds;
  }
}
