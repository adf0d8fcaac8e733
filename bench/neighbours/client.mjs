// HTTP for the victim and for the floods: open and closed loops over keep-alive connections.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const SCIM_JSON = 'application/scim+json';
const TIMEOUT_MS = 60_000;

/** One client of one tenant, from one address. It alternates between the instances. */
export class Client {
  #agent;
  #turn = 0;
  #sockets = new Set();
  #started = 0;
  #counts = {};

  /** @param access { urls, token, localAddress } */
  constructor({ urls, token, localAddress }) {
    this.urls = urls.map((url) => new URL(url));
    this.token = token;
    this.localAddress = localAddress;
    this.#agent = new Agent({ keepAlive: true, ...(localAddress && { localAddress }) });
  }

  /**
   * Resolves with { status, code, headers, text }; status 0 when there was no whole answer. The text is kept only where it is asked
   * for. It never rejects.
   */
  async send({ method = 'GET', path, body, headers, token = this.token, timeout = TIMEOUT_MS, keep = false }) {
    this.#started += 1;
    const { hostname, port } = this.#next();
    const answer = await new Promise((resolve) => {
      let answered;

      const outgoing = request(
        {
          agent: this.#agent,
          hostname,
          port,
          path,
          method,
          headers: {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && {
              'content-type': path.startsWith('/api/') ? 'application/json' : SCIM_JSON,
              'content-length': lengthOf(body),
            }),
            ...headers,
          },
          signal: AbortSignal.timeout(timeout),
        },
        (response) => {
          const chunks = [];
          answered = { status: response.statusCode, headers: response.headers };
          response.on('data', (chunk) => keep && chunks.push(chunk));
          response.on('end', () => {
            answered.text = Buffer.concat(chunks).toString();
            resolve(answered);
          });
          response.on('close', () => resolve({ status: 0, code: 'cut off' }));
        },
      );
      // A server may answer and close before it has read the body: the answer counts.
      outgoing.on('error', (error) => {
        if (!answered)
          resolve({ status: 0, code: error.name === 'AbortError' ? 'timeout' : (error.code ?? error.name) });
      });
      for (const part of partsOf(body)) outgoing.write(part);
      outgoing.end();
    });
    this.#count(answer.status || answer.code);
    return answer;
  }

  /** The answer as JSON. Waits where the server asks for it. @throws Error on any other status than 2xx */
  async json(method, path, body) {
    for (;;) {
      const answer = await this.send({ method, path, body: body && JSON.stringify(body), keep: true });
      if (answer.status === 429 || answer.status === 503) {
        await sleep(1000 * Number(answer.headers['retry-after'] ?? 1));
        continue;
      }
      if (answer.status >= 200 && answer.status < 300) return answer.text === '' ? undefined : JSON.parse(answer.text);
      const refusal = new Error(
        `${method} ${path} answers ${answer.status || answer.code}: ${answer.text?.slice(0, 400)}`,
      );
      throw Object.assign(refusal, { status: answer.status });
    }
  }

  /** Announces `length` bytes of a body, sends these parts of it and holds the connection until the signal. */
  async sendHalf({ method = 'POST', path, length, parts }, signal) {
    this.#started += 1;
    const { hostname, port, host } = this.#next();
    const socket = connect({ host: hostname, port: Number(port), localAddress: this.localAddress });
    this.#sockets.add(socket);
    const head = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...(this.token ? [`Authorization: Bearer ${this.token}`] : []),
      `Content-Type: ${SCIM_JSON}`,
      `Content-Length: ${length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    for (const part of parts) socket.write(part);
    const outcome = await new Promise((resolve) => {
      socket.once('data', (chunk) => resolve(chunk.toString('latin1').slice(9, 12)));
      socket.once('error', ({ code }) => resolve(code));
      socket.once('close', () => resolve('closed'));
      if (signal.aborted) resolve('held');
      signal.addEventListener('abort', () => resolve('held'));
    });
    this.#count(outcome);
    socket.destroy();
  }

  /** Answers so far, by status; what was not answered, by the error's code. */
  get counts() {
    const counted = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    return { ...this.#counts, ...(this.#started > counted && { unanswered: this.#started - counted }) };
  }

  close() {
    this.#agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #count(outcome) {
    this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
  }

  #next() {
    this.#turn = (this.#turn + 1) % this.urls.length;
    return this.urls[this.#turn];
  }
}

/** A body is text, or parts: large ones share a part instead of holding a copy for each request under way. */
function partsOf(body) {
  if (body === undefined) return [];
  return Array.isArray(body) ? body : [body];
}

function lengthOf(body) {
  return partsOf(body).reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

/** Calls `work(number)` so many times a second, whether or not earlier calls have ended, until the signal or `most` calls. */
export async function atRate(perSecond, signal, work, most = Infinity) {
  const began = performance.now();
  const underWay = [];
  for (let number = 0; number < most && !signal.aborted; number++) {
    const due = began + (number * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now(), undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) underWay.push(work(number, due));
  }
  await Promise.all(underWay);
}

/** Keeps so many calls of `work(number)` under way until the signal or `most` calls. */
export async function inParallel(places, signal, work, most = Infinity) {
  let number = 0;
  const place = async () => {
    while (number < most && !signal.aborted) await work(number++);
  };
  await Promise.all(Array.from({ length: places }, place));
}
