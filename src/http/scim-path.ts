/** Where SCIM is served; clients keep it in their settings, so it never changes. */
export const SCIM_PATH = 'scim/v2';

const SCIM_URL = new RegExp(`^(?:https?://[^/?#]*)?/+${SCIM_PATH.replace('/', '/+')}(?=[/?#]|$)`);

/**
 * Whether an answer to this request target must speak SCIM. Doubled slashes count and so does a whole URL, because the
 * router accepts them.
 */
export function isScimUrl(url: string): boolean {
  return SCIM_URL.test(url);
}
