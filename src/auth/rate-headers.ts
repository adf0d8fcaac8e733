import type { Rate } from './rate-bucket.js';

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-10, each a List of Strings with parameters (RFC 9651). A bucket is a quota
 * `q` for a window `w` of the seconds in which it refills.
 *
 * @returns an item of `RateLimit-Policy`, such as `"connection";q=100;w=2`
 */
export function policyItem(name: string, { perSecond, burst }: Rate): string {
  return `"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`;
}

/** An item of `RateLimit`, such as `"connection";r=87;t=1`: units left, and seconds until all are there again. */
export function stateItem(name: string, left: number, seconds: number): string {
  return `"${name}";r=${left};t=${seconds}`;
}
