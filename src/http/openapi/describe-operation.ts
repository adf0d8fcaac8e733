import { ScimError, type ScimErrorBody } from '../../scim/index.js';
import type { HeaderName, Operation } from './operation.js';
import { PARAMETERS } from './parameters.js';
import { REFUSALS, type Refusal } from './refusals.js';
import type { OpenApiSchema } from './resource-schema.js';

const MEDIA_TYPE = 'application/scim+json';

const HEADERS: { readonly [H in HeaderName]: OpenApiSchema } = {
  ETag: { description: 'The version, equal to meta.version.', schema: { type: 'string' } },
  Location: { description: 'The URL of the resource, equal to meta.location.', schema: { type: 'string' } },
};

/** Turns an entry of the table into an OpenAPI operation object. */
export function describeOperation(operation: Operation): Record<string, unknown> {
  const { tag, summary, description, parameters, request } = operation;
  return {
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(parameters && { parameters: parameters.map((name) => PARAMETERS[name]) }),
    ...(request && { requestBody: { required: true, content: content(request) } }),
    responses: { ...answers(operation), ...refusals(operation) },
  };
}

function answers(operation: Operation): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, { description, body, headers }]) => [
      status,
      {
        description,
        ...(headers && { headers: Object.fromEntries(headers.map((name) => [name, HEADERS[name]])) }),
        ...(body && { content: content(body) }),
      },
    ]),
  );
}

/** Several refusals may share a status: one answer then, with an example each. */
function refusals(operation: Operation): Record<string, unknown> {
  const byStatus: Record<number, Record<string, { summary: string; value: ScimErrorBody }>> = {};
  for (const name of operation.refusals) {
    const { status, summary, scimType, detail }: Refusal = REFUSALS[name];
    byStatus[status] ??= {};
    byStatus[status][name] = { summary, value: new ScimError(status, scimType, detail).toBody() };
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, examples]) => [
      status,
      {
        description: `${Object.values(examples)
          .map(({ summary }) => summary)
          .join('; ')}.`,
        content: content({ schema: 'Error', examples }),
      },
    ]),
  );
}

function content({ schema, examples }: { readonly schema: string; readonly examples?: object }): object {
  return { [MEDIA_TYPE]: { schema: { $ref: `#/components/schemas/${schema}` }, ...(examples && { examples }) } };
}
