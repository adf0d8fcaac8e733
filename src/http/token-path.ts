/** Where clients get access tokens (RFC 6749 §3.2), without a slash at the start. */
export const TOKEN_PATH = 'oauth2/token';
