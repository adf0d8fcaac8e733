import http from 'node:http';
import https from 'node:https';
import { ForbiddenAddress, type OutboundGuard } from './outbound-guard.js';

/** From the look-up of the name to the last byte. */
const TIME_OUT_MS = 5_000;
const MOST_BYTES = 256 * 1024;

/**
 * Gets a JSON document from an address that a tenant chose: over https, or http where the operator has listed the host; no
 * redirect is followed and no proxy asked.
 * @throws when there is none, it is too large, or it takes too long; the reason is for nobody outside
 */
export async function guardedJson(guard: OutboundGuard, text: string, timeOutMs = TIME_OUT_MS): Promise<unknown> {
  const url = new URL(text);
  if (guard.refuses(url)) throw new ForbiddenAddress();
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && guard.trusts(url))) throw new ForbiddenAddress();
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), timeOutMs);
  try {
    const response = await get(url, guard, cut.signal);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`The answer is ${response.statusCode}.`);
    }
    return JSON.parse(await textOf(response));
  } finally {
    clearTimeout(timer);
  }
}

function get(url: URL, { lookup }: OutboundGuard, signal: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    request(url, { agent: false, lookup, signal, headers: { accept: 'application/json' } })
      .on('response', resolve)
      .on('error', reject)
      // Whoever answers with 101 is hung up on without an error.
      .on('close', () => reject(new Error('closed')))
      .end();
  });
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`The document is larger than ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
