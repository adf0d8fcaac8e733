import type { RecordedRow } from '../persistence/recorded-row.js';

/** What may wait to be written down. A batch that is being written comes on top of it. */
export const QUEUE_LIMITS = { requests: 20_000, bytes: 24 * 1024 * 1024 } as const;

/** Connections whose losses are told one by one; those of others are only counted. */
const MOST_GAPS = 10_000;
/** Of what surrounds the text. */
const BYTES_EACH = 200;
const BYTES_PER_CHARACTER = 2;

/** Requests of one connection that were not recorded. Times in milliseconds since 1970. */
export interface Gap {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly requests: number;
  readonly since: number;
  readonly until: number;
}

/**
 * A queue with an end: when the database is away for long, the newest requests are kept and the oldest forgotten, and whose they
 * were is remembered.
 */
export class WaitingRequests {
  private waiting: RecordedRow[] = [];
  /** Where the queue begins in `waiting`; what is before it is gone. */
  private head = 0;
  private bytes = 0;
  private gaps = new Map<string, Gap>();

  constructor(
    private readonly forgotten: (requests: number) => void = () => undefined,
    private readonly limits: { readonly requests: number; readonly bytes: number } = QUEUE_LIMITS,
  ) {}

  get size(): number {
    return this.waiting.length - this.head;
  }

  push(request: RecordedRow): void {
    this.waiting.push(request);
    this.bytes += sizeOf(request);
    this.forgetOldest();
  }

  /** The oldest ones, which are no longer here then. */
  take(most: number): readonly RecordedRow[] {
    const taken = this.waiting.slice(this.head, this.head + most);
    this.head += taken.length;
    for (const request of taken) this.bytes -= sizeOf(request);
    this.tidy();
    return taken;
  }

  /** Puts what was taken back to the front: it could not be written yet. */
  giveBack(requests: readonly RecordedRow[]): void {
    this.waiting = [...requests, ...this.waiting.slice(this.head)];
    this.head = 0;
    for (const request of requests) this.bytes += sizeOf(request);
    this.forgetOldest();
  }

  /** Remembers requests as not recorded. */
  lose(requests: readonly RecordedRow[]): void {
    for (const { tenantId, connectionId, at } of requests) {
      this.addGap({ tenantId, connectionId, requests: 1, since: at, until: at });
    }
    if (requests.length > 0) this.forgotten(requests.length);
  }

  /** What was not recorded since the last time. */
  takeGaps(): readonly Gap[] {
    const taken = [...this.gaps.values()];
    this.gaps = new Map();
    return taken;
  }

  giveBackGaps(gaps: readonly Gap[]): void {
    for (const gap of gaps) this.addGap(gap);
  }

  private forgetOldest(): void {
    const { requests, bytes } = this.limits;
    let end = this.head;
    while (this.waiting.length - end > requests || (this.bytes > bytes && end < this.waiting.length)) {
      this.bytes -= sizeOf(this.waiting[end] as RecordedRow);
      end += 1;
    }
    if (end === this.head) return;
    this.lose(this.waiting.slice(this.head, end));
    this.head = end;
    this.tidy();
  }

  /** Frees what was left behind once it is the greater part, so that each request is moved about once. */
  private tidy(): void {
    if (this.head * 2 < this.waiting.length) return;
    this.waiting = this.waiting.slice(this.head);
    this.head = 0;
  }

  private addGap(gap: Gap): void {
    const known = this.gaps.get(gap.connectionId);
    if (!known && this.gaps.size >= MOST_GAPS) return;
    this.gaps.set(gap.connectionId, {
      ...gap,
      requests: gap.requests + (known?.requests ?? 0),
      since: Math.min(gap.since, known?.since ?? gap.since),
      until: Math.max(gap.until, known?.until ?? gap.until),
    });
  }
}

/** About what it takes in memory. */
function sizeOf({ json }: RecordedRow): number {
  return BYTES_EACH + json.length * BYTES_PER_CHARACTER;
}
