/** RFC 6750 §2.1: the scheme in any case (RFC 9110 §11.1), spaces, and one token of these characters. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** The one token of an Authorization header; undefined when the header is missing or anything else. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
}
