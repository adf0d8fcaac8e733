import { Agent, request } from 'node:http';

/** Who is asked, and with what right. */
export interface Target {
  /** Base URL of the protocol. */
  readonly url: string;
  readonly token: string;
}

/** Status 0: the connection ended without an answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One request of a load, said somewhere; it resolves with the answer, whatever that is. */
export type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

interface SendOptions {
  readonly body?: object | undefined;
  readonly agent?: Agent;
  readonly requestId?: string;
}

const NO_ANSWER: Answer = { status: 0, body: undefined };

/** One request; never repeated by itself, so that what was sent once is written once at most. */
export function send(
  { url, token }: Target,
  method: string,
  path: string,
  { body, agent, requestId }: SendOptions = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/scim+json',
      ...(requestId && { 'x-request-id': requestId }),
    };
    const asked = request(`${url}${path}`, { method, headers, ...(agent && { agent }) }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      // An answer that is cut off is none; "close" comes after "end" too.
      response.on('close', () => {
        const whole = response.complete;
        resolve(whole ? { status: response.statusCode ?? 0, body: text && JSON.parse(text) } : NO_ANSWER);
      });
      response.on('error', () => undefined);
    });
    asked.on('error', () => resolve(NO_ANSWER));
    asked.end(body && JSON.stringify(body));
  });
}

/** Asks one service over connections that are kept. */
export function asking(target: Target): Ask {
  const agent = new Agent({ keepAlive: true });
  return (method, path, body) => send(target, method, path, { body, agent });
}
