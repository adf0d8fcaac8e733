/**
 * Entity-tags of resources (RFC 7644 §3.14). They are weak, because a representation also depends on `attributes`. The
 * RFC's own examples send weak tags in If-Match, which strong comparison would never match, so tags are compared by their
 * opaque part alone.
 */
export function etag(version: number): string {
  return `W/"${version}"`;
}

/** The opaque parts of If-Match or If-None-Match, or `*`. A header that holds no entity-tag is an empty list: it matches nothing. */
export function parseEntityTags(header: string): '*' | readonly string[] {
  if (header.trim() === '*') return '*';
  return Array.from(header.matchAll(ENTITY_TAG), (match) => match[1] ?? '');
}
/** RFC 9110 §8.8.3. */
const ENTITY_TAG = /(?:W\/)?"([!#-~\u0080-\u00ff]*)"/g;

/** Whether the header names this version. */
export function matches(header: string, version: number): boolean {
  const tags = parseEntityTags(header);
  return tags === '*' || tags.includes(String(version));
}
