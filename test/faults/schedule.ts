import type { Random } from './random.js';

export const SINKS = ['webhook', 'smtp', 'nats'] as const;
export type Sink = (typeof SINKS)[number];

/** One thing that goes wrong, or time that passes. */
export type Fault =
  | { readonly kind: 'kill'; readonly place: number }
  | { readonly kind: 'postgres' }
  | { readonly kind: 'outage'; readonly sink: Sink; readonly milliseconds: number }
  | { readonly kind: 'time' };

/** A fault, and how long after the one before. */
export interface Step {
  readonly afterMs: number;
  readonly fault: Fault;
}

/** So many kills come to one restart of PostgreSQL, one outage of each sink, one jump in time. */
const KILLS_TO_OTHERS = 10;
/** The longest pause before a fault. A start takes a second or two: some processes are killed while they start. */
const LONGEST_PAUSE_MS = 2400;
const SHORTEST_OUTAGE_MS = 300;
const LONGEST_OUTAGE_MS = 4000;

/** What will go wrong and when; a seed repeats it. */
export function scheduleOf(kills: number, places: number, random: Random): Step[] {
  const below = (end: number) => Math.floor(random() * end);
  const others = Math.ceil(kills / KILLS_TO_OTHERS);
  const outage = (sink: Sink): Fault => ({
    kind: 'outage',
    sink,
    milliseconds: SHORTEST_OUTAGE_MS + below(LONGEST_OUTAGE_MS - SHORTEST_OUTAGE_MS),
  });
  const faults: Fault[] = [
    ...Array.from({ length: kills }, (): Fault => ({ kind: 'kill', place: below(places) })),
    ...Array.from({ length: others }, (): Fault[] => [
      { kind: 'postgres' },
      { kind: 'time' },
      ...SINKS.map(outage),
    ]).flat(),
  ];
  return shuffled(faults, below).map((fault) => ({
    afterMs: fault.kind === 'kill' ? below(LONGEST_PAUSE_MS) : 0,
    fault,
  }));
}

function shuffled<T>(items: readonly T[], below: (end: number) => number): T[] {
  return items
    .map((item) => ({ item, place: below(2 ** 30) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
