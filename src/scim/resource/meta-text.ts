interface Stored {
  /** ISO 8601, as `updatedAt`. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/**
 * The member `meta` of a resource (RFC 7643 §3.1) as JSON text. The server makes all of it, so only the entity tag has quotes
 * to escape.
 */
export function metaText(
  resourceType: 'User' | 'Group',
  { createdAt, updatedAt }: Stored,
  { location, tag }: { readonly location: string; readonly tag: string },
): string {
  return `"meta":{"resourceType":"${resourceType}","created":"${createdAt}","lastModified":"${updatedAt}","location":"${location}","version":"${tag.replaceAll('"', '\\"')}"}`;
}
