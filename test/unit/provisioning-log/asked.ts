import type { AskedRequest } from '../../../src/provisioning-log/asked-request.js';

/** A request as the log sees it. @param path below the SCIM path, as it goes over the wire */
export function asked(method: string, path: string, body?: unknown): AskedRequest {
  const { pathname: sent, searchParams } = new URL(`https://scim.example.com${path}`);
  const pathname = sent.replace(/\/+/g, '/');
  const [, collection = '', id] = pathname.split('/');
  const hasId = id !== undefined && id !== '.search';
  return {
    method,
    route: hasId ? `/${collection}/:id` : pathname,
    id: hasId ? decodeURIComponent(id) : undefined,
    query: Object.fromEntries(searchParams),
    body,
  };
}
