/** URNs of RFC 7643 (schemas) and RFC 7644 (messages). Message URNs are never listed at /Schemas (RFC 7644 §3.1). */
export const URN = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  enterpriseUser: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  serviceProviderConfig: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  listResponse: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  searchRequest: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  patchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  bulkRequest: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  bulkResponse: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
} as const;

const LEGACY =
  /^urn:(?:ietf:params:)?scim:schemas:(?<family>core|extension:enterprise):[12]\.0(?::(?<type>user|group))?(?::(?<attribute>.+))?$/i;

/**
 * The URN of RFC 7643 for one of SCIM 1.1 or of a draft, as identity providers still send them, with the attribute path behind it if
 * there is one; undefined for any other text. OneLogin: `urn:scim:schemas:core:2.0`, `urn:scim:schemas:extension:enterprise:1.0`.
 * @param own the schema of the resource, which a URN without a type means
 */
export function currentUrn(text: string, own: string): string | undefined {
  const { family, type, attribute } = LEGACY.exec(text)?.groups ?? {};
  if (family === undefined) return undefined;
  const core = type === undefined ? own : type.toLowerCase() === 'user' ? URN.user : URN.group;
  const urn = family.toLowerCase() === 'core' ? core : URN.enterpriseUser;
  const current = attribute === undefined ? urn : `${urn}:${attribute}`;
  return current.toLowerCase() === text.toLowerCase() ? undefined : current;
}
