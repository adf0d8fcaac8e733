import { setTimeout as sleep } from 'node:timers/promises';
import { MusterProcess } from './muster-process.js';

/** After a start that failed. */
const AGAIN_MS = 200;

type Settings = Readonly<Record<string, string>>;

/** A place where a process runs, and another one as soon as it has ended: what systemd or Kubernetes are elsewhere. */
class Place {
  current: MusterProcess | undefined;
  /** Processes that ended although nobody killed them. */
  readonly failures: string[] = [];
  /** What the last process said that could not start. */
  refusal: string | undefined;
  private readonly killed = new Set<MusterProcess>();
  private wanted = true;
  private running: Promise<void>;

  constructor(
    readonly role: 'api' | 'worker',
    private readonly settings: Settings,
  ) {
    this.running = this.run();
  }

  /** @returns whether there was a process to kill */
  kill(): boolean {
    const { current } = this;
    if (current === undefined || this.killed.has(current)) return false;
    this.killed.add(current);
    current.signal('SIGKILL');
    return true;
  }

  async down(): Promise<void> {
    this.wanted = false;
    this.kill();
    await this.running;
  }

  up(): void {
    this.wanted = true;
    this.running = this.run();
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      const one = MusterProcess.launch({ ...this.settings, MUSTER_ROLE: this.role });
      this.current = one;
      await one.exited();
      this.current = undefined;
      // Who cannot start because the database is just away is expected to say so and end.
      if (one.listens && !this.killed.has(one)) this.failures.push(`${this.role} ended by itself: ${one.complaints}`);
      if (!one.listens && !this.killed.has(one)) {
        this.refusal = one.complaints;
        await sleep(AGAIN_MS);
      }
      this.killed.delete(one);
    }
  }
}

/** Two processes that serve requests and two that do the rest, over one database. */
export class Fleet {
  private readonly places: readonly Place[];

  constructor(settings: Settings) {
    this.places = (['api', 'api', 'worker', 'worker'] as const).map((role) => new Place(role, settings));
  }

  get size(): number {
    return this.places.length;
  }

  /** Of the services that listen, the base URLs of the protocol. */
  get urls(): string[] {
    return this.places.flatMap(({ role, current }) => (role === 'api' && current?.listens ? [current.url] : []));
  }

  get failures(): string[] {
    return this.places.flatMap(({ failures }) => failures);
  }

  /** Resolves when all listen; throws when one cannot start. */
  async ready(): Promise<void> {
    while (!this.places.every(({ current }) => current?.listens)) {
      const complaint = this.places.map(({ refusal }) => refusal).find((words) => words !== undefined);
      if (complaint !== undefined) throw new Error(complaint);
      await sleep(50);
    }
  }

  /** Resolves when there is something to lose: one that serves requests and one that does the rest. */
  async atWork(): Promise<void> {
    const isAtWork = (wanted: string) => this.places.some(({ role, current }) => role === wanted && current?.listens);
    while (!isAtWork('api') || !isAtWork('worker')) await sleep(20);
  }

  /** As by kill -9. @returns whether there was a process to kill, starting or at work */
  kill(place: number): boolean {
    return this.places[place]?.kill() ?? false;
  }

  /** Kills all; nothing runs until `up`. @returns how many were killed */
  async down(): Promise<number> {
    const killed = this.places.filter(({ current }) => current !== undefined).length;
    await Promise.all(this.places.map((place) => place.down()));
    return killed;
  }

  up(): void {
    for (const place of this.places) place.up();
  }
}
