import type { OpenAPIObject } from '@nestjs/swagger';
import { errorResponse } from './error-response.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' as const, examples: [example] },
});

const HEADERS = {
  'Retry-After': { description: 'Seconds to wait (RFC 9110 §10.2.3).', schema: { type: 'integer' as const } },
  'RateLimit-Policy': text(
    'The limits that the request is held against: units (q) in a window of seconds (w).',
    '"connection";q=100;w=2, "tenant";q=300;w=3',
  ),
  RateLimit: text(
    'The tightest of them: units that are left (r) and seconds until all are there again (t).',
    '"connection";r=87;t=1',
  ),
};

/** Each route has a rate limit: its 429 with the headers that go with it. */
export function describeRateLimits(operation: Operation): void {
  const { description } = errorResponse(429);
  const answer = operation.responses[429] ?? { description };
  if ('$ref' in answer) return;
  operation.responses[429] = { ...answer, headers: { ...answer.headers, ...HEADERS } };
}
