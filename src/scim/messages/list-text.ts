import { listResponse } from './list.js';

type Page = Omit<Parameters<typeof listResponse>[0], 'resources'>;

/** The text in front of and behind the resources of a ListResponse, for resources that are text, or that are sent one by one. */
export function listEnvelope(page: Page, resources: number): { readonly head: string; readonly tail: string } {
  const { Resources: _, ...envelope } = listResponse({ ...page, resources: [] });
  const text = JSON.stringify({ ...envelope, itemsPerPage: resources });
  return { head: `${text.slice(0, -1)},"Resources":[`, tail: ']}' };
}

/** The same message as `listResponse` makes, from resources that are JSON text already. */
export function listResponseText(page: Page, resources: readonly string[]): string {
  const { head, tail } = listEnvelope(page, resources.length);
  return `${head}${resources.join(',')}${tail}`;
}
