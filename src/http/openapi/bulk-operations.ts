import * as bulk from './examples/bulk.js';
import { type Examples, GUARDED, type Operation, PAGE, PROJECTION, WITH_BODY } from './operation.js';

const example = (value: unknown): Examples => ({ example: { summary: 'People and teams', value } });

/** Operations about several resource types at once. */
export const BULK_OPERATIONS: Readonly<Record<string, Operation>> = {
  'bulk.process': {
    tag: 'Bulk',
    summary: 'Do several operations',
    description:
      'Each operation is atomic by itself and needs the scope that it would need alone. `bulkId:…` stands for what the same request makes (RFC 7644 §3.7).',
    request: { schema: 'BulkRequest', examples: example(bulk.request) },
    answers: {
      200: {
        description: 'What became of each operation that was tried, in the order of the request.',
        body: { schema: 'BulkResponse', examples: example(bulk.response) },
      },
    },
    refusals: [...WITH_BODY, 'tooManyOperations', 'largeBulk'],
  },
  'root.everything': {
    tag: 'Search',
    summary: 'Find users and groups, with the query in the URL',
    description: 'The same as a POST to `/.search` (RFC 7644 §3.4.2.1).',
    parameters: ['filter', ...PAGE, ...PROJECTION],
    answers: {
      200: { description: 'One page.', body: { schema: 'ResourceList', examples: example(bulk.found) } },
    },
    refusals: [...GUARDED, 'invalidFilter', 'invalidPath'],
  },
  'search.everything': {
    tag: 'Search',
    summary: 'Find users and groups',
    description:
      'Users come first, then groups; the token sees those it has a scope for. An attribute that only the other type has is without a value. Pages go by `startIndex` and `count`.',
    request: { schema: 'SearchRequest', examples: example(bulk.searchRequest) },
    answers: {
      200: { description: 'One page.', body: { schema: 'ResourceList', examples: example(bulk.found) } },
    },
    refusals: [...WITH_BODY, 'invalidFilter'],
  },
};
