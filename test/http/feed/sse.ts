import type { AddressInfo } from 'node:net';
import type { TestApp } from '../../support/app.js';

/** Opens a port of its own. */
export async function listen(app: TestApp): Promise<string> {
  await app.http.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${(app.http.getHttpServer().address() as AddressInfo).port}`;
}

export interface Block {
  readonly id: string;
  readonly data: string;
}

/** A reader of server-sent events, as simple as one can be. */
export class EventStream {
  readonly blocks: Block[] = [];
  /** Resolves at the end of the answer, and rejects when it breaks off. */
  readonly ended: Promise<void>;
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  private constructor(
    readonly headers: Headers,
    body: AsyncIterable<Uint8Array>,
    private readonly leaving: AbortController,
  ) {
    this.ended = this.read(body);
    this.ended.catch(() => undefined);
  }

  static async open(url: string, token: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const leaving = new AbortController();
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: leaving.signal,
    });
    if (answer.status !== 200 || !answer.body) throw new Error(await answer.text());
    return new EventStream(answer.headers, answer.body as unknown as AsyncIterable<Uint8Array>, leaving);
  }

  /** Resolves with the next events when so many have come. */
  async take(count: number): Promise<Block[]> {
    while (this.blocks.length < this.taken + count) await new Promise<void>((come) => void this.waiting.push(come));
    this.taken += count;
    return this.blocks.slice(this.taken - count, this.taken);
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const [, id, data] = /^id: (\S+)\ndata: (.*)$/.exec(part) ?? [];
        if (id !== undefined && data !== undefined) this.blocks.push({ id, data });
      }
      for (const come of this.waiting.splice(0)) come();
    }
  }
}
