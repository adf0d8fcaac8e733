import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import { LimitCounter } from '../config/limit-counter.js';
import { LIMITS } from '../config/limits.js';
import { newId } from '../config/new-id.js';
import { DomainException } from '../domain/domain-error.js';
import type { RecordedRequest } from '../domain/recorded-request.js';
import { RepeatFold } from '../http/repeat-fold.js';
import { ProvisioningWrites } from '../persistence/provisioning-writes.js';
import { type RecordedRow, recordedRow } from '../persistence/recorded-row.js';
import type { Gap } from './gaps.js';
import { LogMetrics } from './log-metrics.js';
import { type Owner, repeatedRequest } from './recorded-request.js';
import { WaitingRequests } from './waiting-requests.js';

/** The longest that a request waits to be written, while the database answers. */
const FLUSH_MS = 1000;
/** As many are written at once, and when as many wait, no longer is waited. */
const BATCH = 500;

/**
 * Writes the log beside the requests: one statement for all of a second, or for as many as make a batch. What cannot be written because
 * the database is away waits, as far as there is room; what is lost is told in the log itself when it can be written again.
 */
@Injectable()
export class LogWriter implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting: WaitingRequests;
  private readonly refusals: RepeatFold<RecordedRequest>;
  private readonly logger = new Logger('ProvisioningLog');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** Whether a round is ordered that has not begun. */
  private isDue = false;
  private isAway = false;
  private isEnding = false;

  constructor(
    private readonly writes: ProvisioningWrites,
    private readonly metrics: LogMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly limits: LimitCounter,
  ) {
    this.refusals = new RepeatFold<RecordedRequest>(LIMITS.refusalsFolded.value, ({ value, count, since, last }) =>
      this.push(count === 1 && last === value.at ? value : repeatedRequest(value, count, since, last)),
    );
    this.waiting = new WaitingRequests((requests) => {
      metrics.dropped(requests);
      limits.add('provisioningLogQueued');
    });
  }

  /** @param refusal why it was refused; requests that are refused alike are folded */
  add(request: RecordedRequest, refusal?: string): void {
    if (refusal === undefined) this.push(request);
    else if (!this.refusals.add(request.tenantId, kindOf(request, refusal), request, request.at)) {
      this.limits.add('refusalsFolded');
    }
  }

  /** Counts a refused request. @returns false when none like it was recorded within the last minute */
  repeat(owner: Owner, refusal: string, at: number): boolean {
    return this.refusals.repeat(owner.tenantId, kindOf(owner, refusal), at);
  }

  private push(request: RecordedRequest): void {
    this.waiting.push(recordedRow(request));
    if (this.waiting.size >= BATCH) void this.flush();
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  /** Comes after the last request was answered, and before the database is closed. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.isEnding = true;
    await this.flush();
    const lost = this.waiting.size;
    if (lost === 0) return;
    this.metrics.dropped(lost);
    this.logger.warn(`${lost} requests are not in the provisioning log: the database was away to the end`);
  }

  /** One round after another; whoever waits for it finds in the log what was answered before. */
  flush(): Promise<void> {
    if (!this.isDue) {
      this.isDue = true;
      this.running = this.running.then(() => this.writeAll());
    }
    return this.running;
  }

  private async writeAll(): Promise<void> {
    this.isDue = false;
    this.refusals.end(this.clock.now().getTime(), this.isEnding);
    // What comes meanwhile waits for company: a statement for a few costs as much as one for many.
    for (let due = this.waiting.size; (await this.writeBatch()) && due > BATCH; due -= BATCH);
    this.metrics.observeWaiting(this.waiting.size);
  }

  /** @returns whether more can be written now */
  private async writeBatch(): Promise<boolean> {
    const gaps = this.waiting.takeGaps(this.isEnding ? undefined : this.clock.now().getTime());
    const requests = this.waiting.take(BATCH);
    if (gaps.length + requests.length === 0) return false;
    try {
      await this.writes.write([...gaps.map((gap) => recordedRow(noticeOf(gap))), ...requests]);
      this.metrics.recorded(requests.length);
      this.isAway = false;
      return true;
    } catch (error) {
      this.waiting.giveBackGaps(gaps);
      return this.failed(error, requests);
    }
  }

  /** What the database refused it would refuse again, and everything behind it would wait for ever. */
  private failed(error: unknown, requests: readonly RecordedRow[]): boolean {
    if (error instanceof DomainException && error.error.kind === 'unavailable') {
      this.waiting.giveBack(requests);
      if (!this.isAway) this.logger.warn('The provisioning log waits for the database');
      this.isAway = true;
      return false;
    }
    this.waiting.lose(requests);
    this.logger.error(`${requests.length} requests could not be written to the provisioning log: ${textOf(error)}`);
    return true;
  }
}

const kindOf = ({ connectionId }: Pick<Owner, 'connectionId'>, refusal: string) => `${connectionId} ${refusal}`;

function noticeOf({ tenantId, connectionId, requests, since, until }: Gap): RecordedRequest {
  return {
    id: newId({ msecs: until }),
    tenantId,
    connectionId,
    at: until,
    action: 'not-recorded',
    targetType: null,
    targetId: null,
    targetName: null,
    targetKey: null,
    status: null,
    scimType: null,
    detail: null,
    cause: null,
    tolerances: [],
    durationMs: null,
    requestId: null,
    body: null,
    clientAddress: null,
    notRecorded: { requests, since },
    repeats: null,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
