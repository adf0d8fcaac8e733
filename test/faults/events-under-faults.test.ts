import { beforeAll, describe, expect, it } from '@jest/globals';
import { natsIsInstalled } from '../support/nats-server.js';
import { FaultRun, type FaultRunResult } from './fault-run.js';
import { randomFrom } from './random.js';
import { scheduleOf } from './schedule.js';
import { type Evidence, faultsOf, naivelyLost, servedOf, type TenantEvidence } from './verdict.js';

const KILLS = 10;
const SEED = Number(process.env.MUSTER_FAULTS_SEED ?? Date.now() % 1_000_000);
const nats = natsIsInstalled || process.env.NATS_SERVER_REQUIRED === '1';

let run: FaultRunResult;
beforeAll(async () => {
  run = await FaultRun.of({ kills: KILLS, seed: SEED, nats });
}, 360_000);

describe(`Two services and two workers, killed under load, without a database and without sinks now and then (MUSTER_FAULTS_SEED=${SEED})`, () => {
  it('seal each acknowledged change once and bring it to every sink, in order', () => {
    expect(run.complaints).toEqual([]);
    expect(faultsOf(run.evidence)).toEqual([]);
  });

  it('had something to do, and something to suffer', () => {
    const outages = nats ? ['nats outage', 'smtp outage', 'webhook outage'] : ['smtp outage', 'webhook outage'];
    expect([...run.faults.keys()].sort()).toEqual(['PostgreSQL restart (immediate)', 'kill -9', ...outages]);
    expect(run.evidence.writes.filter(({ fate }) => fate === 'acknowledged').length).toBeGreaterThan(KILLS);
    for (const { due, sink } of servedOf(run.evidence)) expect({ sink, due }).not.toEqual({ sink, due: 0 });
  });

  it('have readers that miss nothing where one above the last id it knows does (control)', () => {
    expect(naivelyLost(run.evidence)).toBeGreaterThan(0);
  });
});

/** One thing that must never be, and what is said of it. */
interface Damage {
  readonly name: string;
  readonly of: (evidence: Evidence) => Evidence;
  readonly found: RegExp;
}

const first = (evidence: Evidence): TenantEvidence => evidence.tenants[0] as TenantEvidence;

function withFirst(evidence: Evidence, changes: Partial<TenantEvidence>): Evidence {
  return { ...evidence, tenants: [{ ...first(evidence), ...changes }, ...evidence.tenants.slice(1)] };
}

/** The log of one sink without one event, or with two that changed places. */
function withLog(evidence: Evidence, sink: string, change: (ids: readonly string[]) => readonly string[]): Evidence {
  const { logs } = first(evidence);
  return withFirst(evidence, { logs: new Map([...logs, [sink, change([...new Set(logs.get(sink))])]]) });
}

const without = <T>(items: readonly T[], gone: T | undefined): T[] => items.filter((item) => item !== gone);
const swapped = (ids: readonly string[]): string[] =>
  [ids[1], ids[0], ...ids.slice(2)].filter((id) => id !== undefined);

/** Events of a subject that has several, in their order. */
function storyOf({ events, hookedFrom }: TenantEvidence): string[] {
  const told = events
    .filter(({ seq }) => seq !== null && seq >= hookedFrom)
    .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  const subject = told.find((event, at) => told.slice(0, at).some(({ subjectId }) => subjectId === event.subjectId));
  return told.filter(({ subjectId }) => subjectId === subject?.subjectId).map(({ id }) => id);
}

/** The event of a request that was acknowledged. */
function acknowledged({ writes, tenants }: Evidence): string {
  const requests = new Set(writes.filter(({ fate }) => fate === 'acknowledged').map(({ requestId }) => requestId));
  return first({ tenants } as Evidence).events.find(({ requestId }) => requests.has(requestId ?? ''))?.requestId ?? '';
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'a change without its event',
    of: (evidence) => {
      const { events } = first(evidence);
      const request = acknowledged(evidence);
      return withFirst(evidence, { events: events.filter(({ requestId }) => requestId !== request) });
    },
    found: /^The acknowledged request .* has 0 events$/,
  },
  {
    name: 'a change with two events',
    of: (evidence) => {
      const { events } = first(evidence);
      const request = acknowledged(evidence);
      return withFirst(evidence, { events: [...events, ...events.filter(({ requestId }) => requestId === request)] });
    },
    found: /^The acknowledged request .* has 2 events$/,
  },
  {
    name: 'an event of a change that was refused',
    of: (evidence) => {
      const request = acknowledged(evidence);
      const writes = evidence.writes.map((write) =>
        write.requestId === request ? { ...write, fate: 'refused' as const } : write,
      );
      return { ...evidence, writes };
    },
    found: /^The refused request .* has 1 events$/,
  },
  {
    name: 'an event without a seal',
    of: (evidence) => {
      const { events } = first(evidence);
      const last = Math.max(...events.map(({ seq }) => seq ?? 0));
      return withFirst(evidence, {
        events: events.map((event) => (event.seq === last ? { ...event, seq: null } : event)),
      });
    },
    found: /: 1 events are not sealed$/,
  },
  {
    name: 'a gap in the seals',
    of: (evidence) => {
      const events = first(evidence).events.map((event) => (event.seq === 2 ? { ...event, seq: 1 } : event));
      return withFirst(evidence, { events });
    },
    found: /: no seal 2, or two$/,
  },
  ...(['webhook', 'email'] as const).map((sink): Damage => {
    return {
      name: `a delivery that was never planned (${sink})`,
      of: (evidence) => {
        const { deliveries } = first(evidence);
        const gone = deliveries.find((delivery) => delivery.sink === sink);
        return withFirst(evidence, { deliveries: without(deliveries, gone) });
      },
      found: /: 1 not planned$/,
    };
  }),
  {
    name: 'a delivery that was never made',
    of: (evidence) => {
      const [one, ...others] = first(evidence).deliveries;
      return withFirst(evidence, { deliveries: one ? [{ ...one, state: 'pending' }, ...others] : [] });
    },
    found: /: 1 not delivered$/,
  },
  {
    name: 'a webhook that never arrived',
    of: (evidence) => {
      const { hooked } = first(evidence);
      return withFirst(evidence, { hooked: hooked.filter((id) => id !== hooked[7]) });
    },
    found: /^webhooks: 1 lost, 0 out of order$/,
  },
  {
    name: 'webhooks of one subject that changed places',
    of: (evidence) => {
      const tenant = first(evidence);
      const story = storyOf(tenant);
      const others = tenant.hooked.filter((id) => !story.includes(id));
      return withFirst(evidence, { hooked: [...others, ...swapped(story)] });
    },
    found: /^webhooks: 0 lost, 1 out of order$/,
  },
  ...['events API', 'event stream', ...(nats ? ['NATS JetStream'] : [])].flatMap((sink): Damage[] => [
    {
      name: `an event that never came (${sink})`,
      of: (evidence) => withLog(evidence, sink, (ids) => without(ids, ids[7])),
      found: new RegExp(`^${sink}: 1 lost, 0 out of order$`),
    },
    {
      name: `events that changed places (${sink})`,
      of: (evidence) => withLog(evidence, sink, swapped),
      found: new RegExp(`^${sink}: 0 lost, 1 out of order$`),
    },
  ]),
  {
    name: 'a mail that never arrived',
    of: (evidence) => ({ ...evidence, mailed: evidence.mailed.filter((id) => id !== evidence.mailed[0]) }),
    found: /^e-mail \(mails\): 1 lost/,
  },
  {
    name: 'a mail that was given up',
    of: (evidence) => ({ ...evidence, mails: [...evidence.mails, { id: 'another', state: 'dead' }] }),
    found: /^1 mails were not sent$/,
  },
  {
    name: 'somebody new who was told nothing',
    of: (evidence) => ({ ...evidence, mailedTo: new Set(without([...evidence.mailedTo], evidence.welcomed[0])) }),
    found: /^1 people were not told of their account$/,
  },
];

describe('The verdict on a fault run', () => {
  it.each(DAMAGES)('would not have hidden $name', ({ of, found }) => {
    expect(faultsOf(of(run.evidence))).toEqual(expect.arrayContaining([expect.stringMatching(found)]));
  });

  it('counts duplicates and does not mind them', () => {
    const before = servedOf(run.evidence)[0];
    const { hooked } = first(run.evidence);
    const twice = withFirst(run.evidence, { hooked: [...hooked, ...hooked.slice(0, 3)] });
    expect(servedOf(twice)[0]).toEqual({ ...before, duplicates: (before?.duplicates ?? 0) + 3 });
    expect(faultsOf(twice)).toEqual([]);
  });
});

describe('The schedule of a fault run', () => {
  it('is repeated by its seed and is another one for another seed', () => {
    const scheduled = (seed: number) => scheduleOf(50, 4, randomFrom(seed));
    expect(scheduled(7)).toEqual(scheduled(7));
    expect(scheduled(7)).not.toEqual(scheduled(8));
  });
});
