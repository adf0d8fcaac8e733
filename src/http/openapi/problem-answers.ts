import type { OpenAPIObject } from '@nestjs/swagger';
import { IDEMPOTENCY_KEY } from '../idempotency.interceptor.js';
import type { OpenApiSchema } from './resource-schema.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The body of every error outside SCIM (RFC 9457). */
export const PROBLEM_SCHEMA: OpenApiSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', examples: ['about:blank'] },
    title: { type: 'string', description: 'What the status means.', examples: ['Unprocessable Entity'] },
    status: { type: 'integer', examples: [422] },
    detail: { type: 'string', examples: ['The request has mistakes.'] },
    errors: {
      type: 'array',
      description: 'All mistakes of the request, at most 50.',
      items: {
        type: 'object',
        properties: {
          field: { type: 'string', description: 'The property or parameter.', examples: ['permission'] },
          detail: { type: 'string' },
        },
        required: ['field', 'detail'],
      },
    },
    connectionId: {
      type: 'string',
      format: 'uuid',
      description: 'With 409: the connection that manages what was to be changed.',
    },
    oldest: { type: 'string', description: 'With 410: the oldest cursor that can be read from.' },
  },
  required: ['type', 'title', 'status', 'detail'],
};

const CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const KEY_PARAMETER = {
  name: IDEMPOTENCY_KEY,
  in: 'header' as const,
  required: false,
  schema: { type: 'string' as const, maxLength: 255 },
  description:
    'Any text that no other request has. Sent again within a day with the same key, the request is not carried out again but answered as the first time.',
};
const OF_REPEATABLE = {
  409: {
    description:
      'It does not fit what is; or a request with the same key is under way, or was of another access token.',
  },
  422: {
    description: 'The request has mistakes; `errors` lists them all. Or the key came with another request before.',
  },
};

/**
 * Gives each documented error of an operation of the management API its body; with a request body come three errors more.
 * @param repeatable whether it takes an Idempotency-Key
 */
export function completeProblems(operation: Operation, { repeatable }: { readonly repeatable: boolean }): void {
  const ofBodies = {
    400: { description: 'The body is not JSON, or no object.' },
    408: { description: 'The body takes too long to arrive.' },
    413: { description: 'The body is too large.' },
    415: { description: 'The Content-Type is not that of JSON.' },
  };
  Object.assign(operation.responses, operation.requestBody && ofBodies, repeatable && OF_REPEATABLE);
  if (repeatable) operation.parameters = [...(operation.parameters ?? []), KEY_PARAMETER];
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (Number(status) >= 400 && answer && !('$ref' in answer)) answer.content = CONTENT;
  }
}
