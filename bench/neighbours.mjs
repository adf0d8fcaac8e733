// What one client can do to the others: each flood beside a victim, alone and under flood in one run. See README.md.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FLOODS } from './neighbours/floods.mjs';
import { Installation } from './neighbours/installation.mjs';
import { Bench, Peer } from './neighbours/measure.mjs';
import { memoryRun } from './neighbours/memory-run.mjs';
import { markdown, rowOf, textHead, textLine } from './neighbours/report.mjs';
import { keysRound, mailRound, sealingRound } from './neighbours/rounds.mjs';
import { populate, prepareFlood, sourcesOf } from './neighbours/tenants.mjs';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const VARIANTS = ['one', 'ten', 'strangers'];
const QUICK = { rounds: '1', seconds: '8', from: 'one,strangers' };
const USUAL = { rounds: '3', seconds: '20', from: VARIANTS.join(',') };
/** Rounds that are not the victim's requests alone and beside the flood. */
const ROUNDS = { 5: sealingRound, 9: mailRound, 11: keysRound };

const settings = readArguments();
const smtp = new Peer('./mail-catcher.mjs');
const { url: smtpUrl } = await smtp.ask({ open: true });
const bench = new Bench(settings);
const installations = settings.builds.map(
  ([name, directory]) => new Installation(name, directory, { instances: settings.instances, smtpUrl }),
);
const rows = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().finally(() => process.exit(1)));
process.once('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  close().finally(() => process.exit(1));
});

try {
  for (const installation of installations) {
    await installation.start();
    const began = performance.now();
    await populate(installation, settings);
    say(
      `${installation.name}: ${installation.checkout}, set up in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  }
  if (settings.memorySeconds) {
    for (const installation of installations) await memoryRun(installation, settings, say);
  } else {
    say(`${settings.instances} instances, ${settings.rounds} rounds of ${settings.seconds} s\n\n${textHead()}`);
    for (const flood of settings.floods) {
      for (const variant of flood.from.filter((name) => settings.variants.includes(name)))
        await compare(flood, variant);
    }
  }
} finally {
  await close();
}
process.exitCode = rows.some(({ build, faults }) => build === 'now' && faults.length > 0) ? 1 : 0;

async function close() {
  bench.close();
  smtp.end();
  await Promise.all(installations.map((installation) => installation.remove()));
}

/** One flood by every build in turn, in rounds, so that what else the machine does falls on all of them. */
async function compare(flood, variant) {
  const rounds = new Map(installations.map((installation) => [installation, []]));
  for (let round = 0; round < settings.rounds; round++) {
    for (const installation of installations)
      rounds.get(installation).push(await oneRound(installation, flood, variant));
  }
  for (const [installation, found] of rounds) {
    const row = rowOf({ flood, variant, build: installation.name }, found);
    rows.push(row);
    say(textLine(row));
  }
  // A long run that is stopped has its figures so far.
  if (settings.markdown) await writeFile(settings.markdown, `${markdown(rows)}\n`);
  if (settings.json) await writeFile(settings.json, `${JSON.stringify(rows, null, 2)}\n`);
}

async function oneRound(installation, flood, variant) {
  await prepareFlood(installation, flood);
  if (ROUNDS[flood.id]) return ROUNDS[flood.id]({ installation, bench, flood, settings, smtp });
  if (flood.before) await installation.restart();
  await installation.calm(installation.victim.token);
  const alone = await bench.alone(installation, flood);
  if (flood.before) await installation.restart();
  const tally = await flood.tally?.(installation);
  const beside = await bench.beside(installation, flood, sourcesOf(installation, flood, variant));
  if (!installation.isAlive) await installation.restart();
  const calmSeconds = await installation.calm(installation.victim.token);
  const judged = await flood.judge?.(installation, tally, beside.counts);
  return { alone, flood: beside, calmSeconds, ...judged };
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: HERE },
      before: { type: 'string' },
      only: { type: 'string' },
      from: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      instances: { type: 'string', default: '1' },
      users: { type: 'string', default: '100000' },
      group: { type: 'string', default: '60000' },
      quick: { type: 'boolean', default: false },
      memory: { type: 'string' },
      markdown: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const usual = values.quick ? QUICK : USUAL;
  const users = within('users', values.users, 10, 1_000_000);
  return {
    builds: [...(values.before ? [['before', values.before]] : []), ['now', values.target]],
    floods: values.only ? values.only.split(',').map(floodNamed) : FLOODS,
    variants: (values.from ?? usual.from).split(','),
    rounds: within('rounds', values.rounds ?? usual.rounds, 1, 100),
    seconds: within('seconds', values.seconds ?? usual.seconds, 1, 600),
    instances: within('instances', values.instances, 1, 4),
    users,
    group: Math.min(users, within('group', values.group, 1, 300_000)),
    memorySeconds: values.memory && duration(values.memory),
    markdown: values.markdown,
    json: values.json,
  };
}

function floodNamed(id) {
  return (
    FLOODS.find((flood) => flood.id === id) ??
    fail(`--only: ${id} is none of ${FLOODS.map((flood) => flood.id).join(', ')}.`)
  );
}

function duration(text) {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(text) ?? fail('--memory is a duration such as 90s or 10m.');
  return Number(count) * (unit === 'm' ? 60 : 1);
}

function within(name, text, least, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(`--${name} is a whole number from ${least} to ${most}.`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
