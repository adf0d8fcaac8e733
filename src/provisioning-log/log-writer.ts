import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { newId } from '../config/new-id.js';
import { DomainException } from '../domain/domain-error.js';
import type { RecordedRequest } from '../domain/recorded-request.js';
import { ProvisioningWrites } from '../persistence/provisioning-writes.js';
import { type RecordedRow, recordedRow } from '../persistence/recorded-row.js';
import { LogMetrics } from './log-metrics.js';
import { type Gap, WaitingRequests } from './waiting-requests.js';

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
  private readonly logger = new Logger('ProvisioningLog');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** Whether a round is ordered that has not begun. */
  private isDue = false;
  private isAway = false;

  constructor(
    private readonly writes: ProvisioningWrites,
    private readonly metrics: LogMetrics,
  ) {
    this.waiting = new WaitingRequests((requests) => metrics.dropped(requests));
  }

  add(request: RecordedRequest): void {
    this.waiting.push(recordedRow(request));
    if (this.waiting.size >= BATCH) void this.flush();
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  /** Comes after the last request was answered, and before the database is closed. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
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
    // What comes meanwhile waits for company: a statement for a few costs as much as one for many.
    for (let due = this.waiting.size; (await this.writeBatch()) && due > BATCH; due -= BATCH);
    this.metrics.observeWaiting(this.waiting.size);
  }

  /** @returns whether more can be written now */
  private async writeBatch(): Promise<boolean> {
    const gaps = this.waiting.takeGaps();
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
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
