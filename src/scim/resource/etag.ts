/**
 * Entity-tags of resources (RFC 7644 §3.14): the version of what is stored, and behind a dot a fingerprint of what a representation shows
 * besides (the groups of a user, the names of a group's members), where it shows any. They are weak, because a representation also
 * depends on `attributes`. The RFC's own examples send weak tags in If-Match, which strong comparison would never match, so tags are
 * compared by their opaque part alone.
 */
export function etag(version: number, fingerprint?: string): string {
  return fingerprint === undefined ? `W/"${version}"` : `W/"${version}.${fingerprint}"`;
}

/** The opaque parts of If-Match or If-None-Match, or `*`. A header that holds no entity-tag is an empty list: it matches nothing. */
export function parseEntityTags(header: string): '*' | readonly string[] {
  if (header.trim() === '*') return '*';
  return Array.from(header.matchAll(ENTITY_TAG), (match) => match[1] ?? '');
}
/** RFC 9110 §8.8.3. */
const ENTITY_TAG = /(?:W\/)?"([!#-~\u0080-\u00ff]*)"/g;

/** Whether the header names this whole entity-tag: the client has this representation. */
export function matchesTag(header: string, tag: string): boolean {
  const tags = parseEntityTags(header);
  return tags === '*' || tags.some((each) => `W/"${each}"` === tag);
}

/**
 * Whether the header names this version, with any fingerprint. A write changes what is stored and nothing of what the fingerprint is
 * about, so the version alone tells whether the write would overwrite a change that the client has not seen.
 */
export function matches(header: string, version: number): boolean {
  const tags = parseEntityTags(header);
  return tags === '*' || tags.some((tag) => withoutFingerprint(tag) === String(version));
}

/** An entity-tag, or its opaque part, as it is where nothing besides the stored resource is shown. */
export function withoutFingerprint(tag: string): string {
  return tag.replace(FINGERPRINT, '');
}
const FINGERPRINT = /(?<=^(?:W\/")?\d+)\.[\w-]+(?="?$)/;
