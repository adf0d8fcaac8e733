// Verdicts, and the table as text and as Markdown.
import { addCounts } from './measure.mjs';

/** The bound of the 99th percentile beside a flood: so many times that of the victim alone, and so many milliseconds more. */
const MAX_TIMES = 1.5;
const MAX_MORE_MS = 20;
/** Megabytes a flood of bytes or of statements may take. */
const MAX_GROWTH_MB = { muster: 256, postgres: 128 };
/** PostgreSQL's processor time for a request of the victim, after the flood as a multiple of that before it. */
const MAX_CPU_TIMES = 1.5;

/** One row: all rounds of one flood by one build together. */
export function rowOf({ flood, variant, build }, rounds) {
  const alone = summary(rounds.flatMap((round) => round.alone.samples));
  const beside = summary(rounds.flatMap((round) => round.flood.samples));
  const [ready, counts] = [{}, {}];
  for (const round of rounds) {
    addCounts(ready, round.flood.ready);
    addCounts(counts, round.flood.counts);
  }
  const growth = Object.fromEntries(
    ['muster', 'postgres'].map((name) => [name, Math.max(...rounds.map((round) => round.flood.growth[name]))]),
  );
  const row = {
    id: flood.id,
    title: flood.title,
    variant,
    build,
    unit: flood.unit,
    alone,
    flood: beside,
    ready,
    counts,
    growth,
    cpu: { alone: cpuOf(rounds.map((round) => round.alone)), flood: cpuOf(rounds.map((round) => round.flood)) },
    calmSeconds: Math.max(...rounds.map((round) => round.calmSeconds)),
    crashes: rounds.reduce((sum, round) => sum + round.flood.crashes, 0),
    lateMs: Math.max(...rounds.flatMap((round) => [round.alone.lateMs, round.flood.lateMs])),
    notes: rounds.at(-1).notes ?? [],
  };
  return { ...row, faults: faultsOf(row, flood, rounds) };
}

function faultsOf(row, flood, rounds) {
  const { alone, flood: beside, growth, cpu } = row;
  const bound = MAX_TIMES * alone.p99 + MAX_MORE_MS;
  return [
    ...(row.crashes > 0 ? [`Muster ended ${row.crashes} times`] : []),
    ...(beside.p99 > bound ? [`p99 over ${bound.toFixed(0)} ms`] : []),
    ...(beside.count === 0 ? ['nothing was measured'] : []),
    ...Object.entries(beside.failures).map(([outcome, count]) => `victim: ${count} × ${outcome}`),
    ...Object.entries(row.ready).flatMap(([outcome, count]) =>
      outcome === '200' ? [] : [`readyz: ${count} × ${outcome}`],
    ),
    ...(flood.memory ? ['muster', 'postgres'] : []).flatMap((name) =>
      growth[name] > MAX_GROWTH_MB[name] ? [`${name} +${growth[name].toFixed(0)} MB`] : [],
    ),
    ...(flood.before && cpu.flood.postgresPerRequest > MAX_CPU_TIMES * cpu.alone.postgresPerRequest
      ? [
          `PostgreSQL ${[cpu.alone, cpu.flood].map((one) => one.postgresPerRequest.toFixed(1)).join(' → ')} ms a request`,
        ]
      : []),
    ...rounds.flatMap((round) => round.faults ?? []),
  ];
}

function summary(samples) {
  const sorted = samples.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const failures = {};
  for (const { outcome } of samples) {
    if (typeof outcome === 'string' || outcome >= 400) addCounts(failures, { [outcome]: 1 });
  }
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), failures };
}

/** Processor time: of PostgreSQL for a request of the victim, and of both in milliseconds a second. */
function cpuOf(phases) {
  const sum = (value) => phases.reduce((total, phase) => total + value(phase), 0);
  const perSecond = (name) => (1000 * sum(({ cpuMs }) => cpuMs[name])) / sum(({ wallMs }) => wallMs) || 0;
  return {
    postgresPerRequest: sum(({ cpuMs }) => cpuMs.postgres) / sum(({ samples }) => samples.length) || 0,
    muster: perSecond('muster'),
    postgres: perSecond('postgres'),
  };
}

/** A measurement whose own process was late by more says more about the machine than about Muster. */
const MAX_LATE_MS = 20;

/** Columns of figures behind the three of names. */
const FIGURES = 6;

const COLUMNS = [
  ['flood', ({ id, title }) => `${id} ${title}`],
  ['by', ({ variant }) => variant],
  ['build', ({ build }) => build],
  ['alone p50 / p99 ms', ({ alone }) => `${alone.p50.toFixed(1)} / ${alone.p99.toFixed(1)}`],
  ['beside p50 / p99 ms', ({ flood }) => `${flood.p50.toFixed(1)} / ${flood.p99.toFixed(1)}`],
  ['Muster ms/s', ({ cpu }) => `${cpu.alone.muster.toFixed(0)} → ${cpu.flood.muster.toFixed(0)}`],
  ['PostgreSQL ms/s', ({ cpu }) => `${cpu.alone.postgres.toFixed(0)} → ${cpu.flood.postgres.toFixed(0)}`],
  ['Muster, PostgreSQL MB', ({ growth }) => `+${growth.muster.toFixed(0)}, +${growth.postgres.toFixed(0)}`],
  ['calm after s', ({ calmSeconds }) => calmSeconds.toFixed(1)],
  ['the flood got', ({ counts }) => listed(counts)],
  ['verdict', verdictOf],
];

function verdictOf({ faults, notes, lateMs }) {
  const verdict = faults.length === 0 ? 'holds' : `FAILS: ${faults.join('; ')}`;
  const busy =
    lateMs > MAX_LATE_MS ? [`the machine is busy: the measurement was ${lateMs.toFixed(0)} ms late itself`] : [];
  return [verdict, ...notes, ...busy].join('. ');
}

function listed(counts) {
  return Object.entries(counts)
    .map(([outcome, count]) => `${count} × ${outcome}`)
    .join(', ');
}

export function textLine(row) {
  return textOf(COLUMNS.map(([, cell]) => cell(row)));
}

export function textHead() {
  return textOf(COLUMNS.map(([name]) => name));
}

/** Names to the left, figures to the right, sentences as long as they are. */
function textOf([flood, by, build, ...rest]) {
  const figures = rest.slice(0, FIGURES).map((cell) => cell.padStart(22));
  return [flood.padEnd(54), by.padEnd(11), build.padEnd(7), ...figures, `  ${rest.slice(FIGURES).join('  ')}`].join('');
}

export function markdown(rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(COLUMNS.map(([name]) => name)),
    line(COLUMNS.map(() => '---')),
    ...rows.map((row) => line(COLUMNS.map(([, cell]) => cell(row)))),
  ].join('\n');
}
