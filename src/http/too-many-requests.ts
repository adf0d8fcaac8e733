/** A rate limit refuses a request (RFC 6585 §4): 429 in the form of whichever interface was asked. */
export class TooManyRequests extends Error {
  /** With the wait that RFC 9110 §10.2.3 lets clients obey. */
  readonly headers: Readonly<Record<string, string>>;

  /** @param seconds whole seconds until a request may pass */
  constructor(detail: string, seconds: number, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'TooManyRequests';
    this.headers = { ...headers, 'retry-after': String(seconds) };
  }
}
