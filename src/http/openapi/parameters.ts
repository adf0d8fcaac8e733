import type { OpenApiSchema } from './resource-schema.js';

const query = (name: string, schema: OpenApiSchema, description: string, example?: unknown) => ({
  name,
  in: 'query',
  schema,
  description,
  ...(example !== undefined && { example }),
});
const header = (name: string, description: string, example = 'W/"3"') => ({
  name,
  in: 'header',
  schema: { type: 'string' },
  description,
  example,
});
const TEXT = { type: 'string' };

/** Parameters by the names that operations give them. */
export const PARAMETERS = {
  id: { name: 'id', in: 'path', required: true, schema: TEXT, description: 'The id of the resource.' },
  schemaId: { name: 'id', in: 'path', required: true, schema: TEXT, description: 'The URN of the schema.' },
  typeName: { name: 'id', in: 'path', required: true, schema: TEXT, description: 'The name of the resource type.' },
  filter: query(
    'filter',
    { ...TEXT, maxLength: 4096 },
    'Which resources (RFC 7644 §3.4.2.2); all operators, `and`, `or`, `not`, grouping and value paths.',
    'userName eq "mara.lindqvist@northwind.example"',
  ),
  attributes: query('attributes', TEXT, 'Only these attributes, separated by commas, and those always returned.'),
  excludedAttributes: query('excludedAttributes', TEXT, 'All but these attributes, separated by commas.', 'groups'),
  sortBy: query('sortBy', TEXT, 'The attribute that gives the order; otherwise resources come as they were created.'),
  sortOrder: query('sortOrder', { enum: ['ascending', 'descending'] }, 'Ascending unless told otherwise.'),
  startIndex: query('startIndex', { type: 'integer' }, 'The first resource wanted, counted from 1.', 1),
  count: query('count', { type: 'integer' }, 'Most resources wanted: 100 unless told otherwise, never over 1000.', 100),
  cursor: query('cursor', TEXT, 'Empty for the first page, then `nextCursor` of the page before (RFC 9865).'),
  ifMatch: header('If-Match', 'Only if this is still the version; otherwise 412.'),
  ifNoneMatch: header('If-None-Match', 'The entity-tag that the client has; 304 if the answer would be the same.'),
  ifNotThere: header(
    'If-None-Match',
    'Only if this is not the version; `*` is 412 for every resource that exists.',
    '*',
  ),
} as const;

export type ParameterName = keyof typeof PARAMETERS;
