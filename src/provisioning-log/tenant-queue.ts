import type { RecordedRow } from '../persistence/recorded-row.js';

/** Of what surrounds the text. */
const BYTES_EACH = 200;
const BYTES_PER_CHARACTER = 2;

/** Requests of one tenant that wait to be written, the oldest first. */
export class TenantQueue {
  private waiting: RecordedRow[] = [];
  /** Where the queue begins in `waiting`; what is before it is gone. */
  private head = 0;
  /** About what it takes in memory. */
  bytes = 0;

  get size(): number {
    return this.waiting.length - this.head;
  }

  push(request: RecordedRow): void {
    this.waiting.push(request);
    this.bytes += sizeOf(request);
  }

  /** The oldest ones, which are no longer here then. */
  take(maximum: number): readonly RecordedRow[] {
    const taken = this.waiting.slice(this.head, this.head + maximum);
    this.head += taken.length;
    for (const request of taken) this.bytes -= sizeOf(request);
    this.tidy();
    return taken;
  }

  /** Takes out the oldest until no more is left than is allowed. */
  shorten(limits: { readonly requests: number; readonly bytes: number }): readonly RecordedRow[] {
    let { size, bytes } = this;
    let end = this.head;
    while (size > limits.requests || (bytes > limits.bytes && size > 0)) {
      bytes -= sizeOf(this.waiting[end] as RecordedRow);
      size -= 1;
      end += 1;
    }
    return end === this.head ? [] : this.take(end - this.head);
  }

  /** To the front. */
  giveBack(requests: readonly RecordedRow[]): void {
    this.waiting = [...requests, ...this.waiting.slice(this.head)];
    this.head = 0;
    for (const request of requests) this.bytes += sizeOf(request);
  }

  /** Frees what was left behind once it is the greater part, so that each request is moved about once. */
  private tidy(): void {
    if (this.head * 2 < this.waiting.length) return;
    this.waiting = this.waiting.slice(this.head);
    this.head = 0;
  }
}

function sizeOf({ json }: RecordedRow): number {
  return BYTES_EACH + json.length * BYTES_PER_CHARACTER;
}
