import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as uuid } from 'uuid';
import type { Random } from './random.js';
import { type Ask, send, type Target } from './send.js';

/** What a client knows of a change it asked for. */
export type Fate = 'acknowledged' | 'refused' | 'unknown';

/** One request that would change something. */
export interface Write {
  readonly requestId: string;
  /** What kind of thing it was about. */
  readonly about: 'member' | 'team';
  readonly fate: Fate;
}

/** Longest time a client of the load thinks between two requests. */
const THINKING_MS = 60;

/** Every change that was asked for, with what became of it as far as the client can know. */
export class Ledger {
  readonly writes: Write[] = [];
  readonly statuses = new Map<number, number>();

  /**
   * Asks with an id of its own for each request, without haste, and whichever service is there.
   * @param place where a service listens now; undefined when none does
   */
  asking(place: () => Target | undefined, random: Random): Ask {
    return async (method, path, body) => {
      await sleep(THINKING_MS * random());
      const target = place();
      if (target === undefined) return { status: 0, body: undefined };
      const requestId = uuid();
      const answer = await send(target, method, path, { body, requestId });
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
      const about = path.startsWith('/Groups') ? 'team' : 'member';
      if (method !== 'GET') this.writes.push({ requestId, about, fate: fateOf(answer.status) });
      return answer;
    };
  }

  count(fate: Fate): number {
    return this.writes.filter((write) => write.fate === fate).length;
  }
}

/** A service that failed may have failed after the commit. */
function fateOf(status: number): Fate {
  if (status >= 200 && status < 300) return 'acknowledged';
  return status >= 400 && status < 500 ? 'refused' : 'unknown';
}
