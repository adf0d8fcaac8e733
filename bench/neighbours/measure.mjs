// Phases of a measurement: the victim alone, and the victim beside a flood.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const MEMORY_EVERY_MS = 500;
/** The flood is under way when the victim begins. */
const LEAD_MS = 500;
/** A flood of a fixed number of requests is waited for, and the victim measured meanwhile. */
const MAX_FINISH_MS = 90_000;

/** A process of this folder that is told what to do by messages. */
export class Peer {
  #ended = false;

  constructor(file) {
    this.child = fork(new URL(file, import.meta.url));
    this.child.once('exit', () => {
      if (!this.#ended) throw new Error(`${file} ended by itself.`);
    });
  }

  async ask(message) {
    const answered = once(this.child, 'message');
    this.child.send(message);
    const [answer] = await answered;
    return answer;
  }

  end() {
    this.#ended = true;
    this.child.kill();
  }
}

/** The flooding clients of one flood. */
export class Flood {
  static #number = 0;
  finished = false;
  #counts;

  constructor(peer, message) {
    this.peer = peer;
    // What an earlier flood says late is not about this one.
    const number = ++Flood.#number;
    this.#counts = new Promise((resolve) => {
      const listen = (answer) => {
        if (answer.number !== number) return;
        if (answer.finished) this.finished = true;
        if (!answer.counts) return;
        peer.child.off('message', listen);
        resolve(answer.counts);
      };
      peer.child.on('message', listen);
    });
    peer.child.send({ ...message, number });
  }

  /** @returns what it was answered, by status */
  stop() {
    this.peer.child.send({ stop: true });
    return this.#counts;
  }
}

/** What is found out in one phase. */
export function emptyPhase() {
  return { samples: [], ready: {}, counts: {}, growth: { muster: 0, postgres: 0 }, crashes: 0, cpuMs: 0, lateMs: 0 };
}

export class Bench {
  constructor(settings) {
    this.settings = settings;
    this.victim = new Peer('./victim.mjs');
    this.flooder = new Peer('./flooder.mjs');
  }

  close() {
    this.victim.end();
    this.flooder.end();
  }

  /** The victim alone. */
  async alone(installation, { kinds } = {}) {
    const phase = emptyPhase();
    // Watched like a flood, so that the watch costs both the same.
    const memory = new MemoryWatch(installation);
    await this.#measure(installation, phase, kinds);
    phase.growth = memory.stop();
    return phase;
  }

  /** @param sources of the flood: { token, localAddress, facts } */
  async beside(installation, flood, sources) {
    const phase = emptyPhase();
    const crashes = installation.crashes.length;
    const memory = new MemoryWatch(installation);
    const flooding = new Flood(this.flooder, { id: flood.id, urls: installation.urls, sources });
    const began = performance.now();
    if (flood.before) await until(() => flooding.finished || !installation.isAlive, MAX_FINISH_MS);
    else await sleep(LEAD_MS);
    do await this.#measure(installation, phase, flood.kinds);
    while (flood.finish && !flooding.finished && installation.isAlive && performance.now() - began < MAX_FINISH_MS);
    phase.counts = await flooding.stop();
    phase.growth = memory.stop();
    phase.crashes = installation.crashes.length - crashes;
    return phase;
  }

  async #measure(installation, phase, kinds) {
    const { seconds } = this.settings;
    const before = installation.postgresCpuMs();
    const { samples, ready, lateMs } = await this.victim.ask({
      urls: installation.urls,
      tenant: installation.victim,
      seconds,
      kinds,
    });
    phase.cpuMs += installation.postgresCpuMs() - before;
    phase.lateMs = Math.max(phase.lateMs, lateMs);
    phase.samples.push(...samples);
    addCounts(phase.ready, ready);
  }
}

/** How much memory is used more than at the beginning, at most. */
export class MemoryWatch {
  #timer;

  constructor(installation) {
    this.installation = installation;
    this.start = installation.memory();
    this.peak = { ...this.start };
    this.#timer = setInterval(() => this.#look(), MEMORY_EVERY_MS);
  }

  /** @returns megabytes { muster, postgres } */
  stop() {
    clearInterval(this.#timer);
    this.#look();
    return { muster: this.peak.muster - this.start.muster, postgres: this.peak.postgres - this.start.postgres };
  }

  #look() {
    const now = this.installation.memory();
    for (const name of ['muster', 'postgres']) this.peak[name] = Math.max(this.peak[name], now[name]);
  }
}

export function addCounts(into, counts) {
  for (const [name, count] of Object.entries(counts)) into[name] = (into[name] ?? 0) + count;
}

/** Resolves when it is so, or after so long. @returns whether it is so */
export async function until(isSo, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
