import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { RateLimits } from '../auth/rate-limit.js';
import { OVER_LIMIT } from '../auth/request-judge.js';
import { BaseUrl } from '../http/base-url.js';
import { failureOf } from '../http/failure.js';
import type { ScimCall } from '../http/scim-call.js';
import { TooManyRequests } from '../http/too-many-requests.js';
import { type BulkOperation, type BulkRequest, type BulkResult, planBulk, ScimError } from '../scim/index.js';
import { BulkJob, type Outcome } from './bulk-job.js';
import { ResourceEndpoints } from './resource-endpoints.js';

const UNAVAILABLE = '503';

/** Does the operations of a request one after the other (RFC 7644 §3.7): what fails, fails for itself. */
@Injectable()
export class BulkService {
  private readonly logger = new Logger('Bulk');

  constructor(
    private readonly endpoints: ResourceEndpoints,
    private readonly baseUrl: BaseUrl,
    private readonly limits: RateLimits,
  ) {}

  /**
   * Takes what a request weighs beyond the one unit that the guard took: one for each operation. An idle connection may send the
   * largest bulk request, and waits afterwards.
   * @returns the headers that tell what is left
   * @throws TooManyRequests, before any operation is carried out
   */
  charge({ caller }: ScimCall, { operations }: BulkRequest): Readonly<Record<string, string>> {
    if (operations.length < 2) return {};
    const { seconds, headers } = this.limits.ofCaller(caller, true, operations.length - 1);
    if (seconds > 0) throw new TooManyRequests(`${OVER_LIMIT}; wait ${seconds} s.`, seconds, headers);
    return headers;
  }

  /**
   * The results of what was tried, in the client's order. That is all, unless `failOnErrors` is reached or the database
   * does not answer: then the rest would fail, too, one time-out after the other.
   */
  async process(call: ScimCall, { operations, failOnErrors }: BulkRequest): Promise<readonly BulkResult[]> {
    const job = new BulkJob(call, this.endpoints, this.baseUrl.scim);
    const results = new Map<BulkOperation, BulkResult>();
    const failures: BulkResult[] = [];
    for (const { operations: places, circular } of planBulk(operations)) {
      const together = places.flatMap((place) => operations[place] ?? []);
      for (const [operation, outcome] of await job.step(together, circular)) {
        const result = this.resultOf(call, job, operation, outcome);
        results.set(operation, result);
        if (result.response) failures.push(result);
      }
      if (failOnErrors !== undefined && failures.length >= failOnErrors) break;
      if (failures.at(-1)?.status === UNAVAILABLE) break;
      // An operation that is refused before it reaches the database lets no other request in by itself.
      await setImmediate();
    }
    return operations.flatMap((operation) => results.get(operation) ?? []);
  }

  private resultOf(call: ScimCall, job: BulkJob, operation: BulkOperation, outcome: Outcome): BulkResult {
    const { method, bulkId } = operation;
    const known = { ...(method !== undefined && { method }), ...(bulkId !== undefined && { bulkId }) };
    if (!('error' in outcome)) {
      const { status, version, location } = outcome;
      return { ...known, ...(version !== undefined && { version }), location, status: String(status) };
    }
    const location = job.location(operation);
    const { status, scimType, detail, unexpected } = failureOf(outcome.error, { id: call.requestId, headers: {} });
    if (unexpected) this.logUnexpected(outcome.error, call.requestId);
    const response = new ScimError(status, scimType, detail).toBody();
    return { ...known, ...(location !== undefined && { location }), status: String(status), response };
  }

  private logUnexpected(error: unknown, requestId: string): void {
    const reason = error instanceof Error ? error.stack : String(error);
    this.logger.error(`an operation of the bulk request ${requestId} failed`, reason);
  }
}
