import { listResponse } from './list.js';

/** The same message as `listResponse` makes, from resources that are JSON text already. */
export function listResponseText(
  page: Omit<Parameters<typeof listResponse>[0], 'resources'>,
  resources: readonly string[],
): string {
  const { Resources: _, ...envelope } = listResponse({ ...page, resources: [] });
  const head = JSON.stringify({ ...envelope, itemsPerPage: resources.length });
  return `${head.slice(0, -1)},"Resources":[${resources.join(',')}]}`;
}
