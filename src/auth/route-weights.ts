/**
 * What a request to a route takes from its buckets, by method and pattern; a route that is not listed takes 1. A bulk request takes
 * one unit for each operation besides: BulkService charges that, because only the body tells how many there are.
 */
export const ROUTE_WEIGHTS: Readonly<Record<string, number>> = {
  // Searches of all resource types, and lists that read more than one page of one index.
  'POST /scim/v2/.search': 2,
  'GET /api/v1/members': 3,
  'GET /api/v1/connections': 2,
  'GET /api/v1/connections/:id/log': 3,
  'GET /api/v1/webhook-endpoints/:id/deliveries': 3,
  'GET /api/v1/audit': 10,
  // The whole audit log of a tenant.
  'GET /api/v1/audit/export': 50,
  'GET /api/v1/tenants/:id/audit/export': 50,
  // A request of ours to another server, and thousands of deliveries.
  'POST /api/v1/webhook-endpoints/:id/test': 5,
  'POST /api/v1/webhook-endpoints/:id/replay': 20,
  // Probes of orchestrators and collectors of metrics are never refused.
  'GET /livez': 0,
  'GET /readyz': 0,
  'GET /metrics': 0,
  // Large documents.
  'GET /docs-json': 5,
  'GET /docs/events': 5,
  'GET /docs/events.json': 5,
  'GET /docs/swagger-ui-bundle.js': 5,
  'POST /unsubscribe': 2,
};

/** @param route method and pattern, such as `GET /scim/v2/Users/:id` */
export function weightOf(route: string): number {
  return ROUTE_WEIGHTS[route] ?? 1;
}
