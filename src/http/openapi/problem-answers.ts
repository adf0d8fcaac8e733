import type { OpenAPIObject } from '@nestjs/swagger';
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
    oldest: { type: 'string', description: 'With 410: the oldest cursor that can be read from.' },
  },
  required: ['type', 'title', 'status', 'detail'],
};

const CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Gives each documented error of an operation of the management API its body; with a request body come three errors more. */
export function completeProblems(operation: Operation): void {
  const ofBodies = {
    400: { description: 'The body is not JSON, or no object.' },
    413: { description: 'The body is too large.' },
    415: { description: 'The Content-Type is not that of JSON.' },
  };
  Object.assign(operation.responses, operation.requestBody && ofBodies);
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (Number(status) >= 400 && answer && !('$ref' in answer)) answer.content = CONTENT;
  }
}
