const SPEAKABLE = new Set(['application/scim+json', 'application/json', 'application/*', '*/*', '*']);

/** Whether a client with this Accept header can read SCIM (RFC 7644 §3.1: scim+json or json; absent means anything). */
export function acceptsScim(accept: string | undefined): boolean {
  if (accept === undefined || accept === 'application/scim+json') return true;
  return accept.trim() === '' || accept.split(',').some(isSpeakable);
}

function isSpeakable(range: string): boolean {
  const [type = '', ...parameters] = range.toLowerCase().split(';');
  return SPEAKABLE.has(type.trim()) && !parameters.some((parameter) => /^\s*q\s*=\s*0(\.0*)?\s*$/.test(parameter));
}
