import type { Failure } from './failure.js';
import type { OAuthErrorCode } from './oauth-error.js';

const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

/** The body of RFC 6749 §5.2; other failures than its own are told in its words too. */
export function oauthBody({ status, oauth, detail }: Failure): object {
  return { error: oauth ?? codeOf(status), error_description: plain(detail) };
}

function codeOf(status: number): OAuthErrorCode {
  if (status === TOO_MANY_REQUESTS || status === UNAVAILABLE) return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}

/** The characters that a description may have. */
function plain(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
