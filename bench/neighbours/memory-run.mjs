// Minutes of the worst mix of floods, with the memory of Muster and of PostgreSQL every five seconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOODS } from './floods.mjs';
import { Flood, Peer } from './measure.mjs';
import { prepareFlood, sourcesOf } from './tenants.mjs';

const SAMPLE_MS = 5000;
const WARM_UP_MS = 60_000;
/** What memory may differ at the end from what it was after the first minute. */
const MAX_TIMES = 1.1;
const MAX_MORE_MB = 64;
const MIX = ['1a', '1b', '1d', '2a', '2b', '3a', '3b', '3c', '3d', '4', '6b', '7', '8a', '8b', '8c'];

/** @returns the rows { seconds, muster, postgres } */
export async function memoryRun(installation, settings, say) {
  const floods = FLOODS.filter(({ id }) => MIX.includes(id));
  for (const flood of floods) await prepareFlood(installation, flood);
  const stop = new AbortController();
  const running = floods.map((flood, place) => repeat(installation, flood, place, stop.signal));
  const began = performance.now();
  const samples = [];
  say(`\n${installation.name}: ${floods.map(({ id }) => id).join(', ')} for ${settings.memorySeconds} s`);
  while (performance.now() - began < settings.memorySeconds * 1000) {
    await sleep(SAMPLE_MS);
    if (!installation.isAlive) {
      say(`Muster ended: ${installation.crashes.at(-1)}`);
      await installation.restart();
    }
    const sample = { seconds: Math.round((performance.now() - began) / 1000), ...installation.memory() };
    samples.push(sample);
    say(`${sample.seconds} s: Muster ${sample.muster.toFixed(0)} MB, PostgreSQL ${sample.postgres.toFixed(0)} MB`);
  }
  stop.abort();
  await Promise.all(running);
  say(verdict(installation, samples));
  return samples;
}

/** One flood again and again, in a process of its own, from one of the tenants. */
async function repeat(installation, flood, place, signal) {
  const peer = new Peer('./flooder.mjs');
  const tenants = {
    ...installation,
    urls: installation.urls,
    flooders: [installation.flooders[place % installation.flooders.length]],
  };
  while (!signal.aborted) {
    const { urls } = installation;
    const sources = sourcesOf(tenants, flood, flood.from.includes('one') ? 'one' : 'strangers');
    const flooding = new Flood(peer, { id: flood.id, urls, sources });
    while (!signal.aborted && !flooding.finished && urls === installation.urls) await sleep(200);
    await flooding.stop();
  }
  peer.end();
}

function verdict({ name, crashes }, samples) {
  const first = samples.find(({ seconds }) => seconds * 1000 >= WARM_UP_MS) ?? samples[0];
  const last = samples.at(-1);
  const parts = ['muster', 'postgres'].map((part) => {
    const peak = Math.max(...samples.filter(({ seconds }) => seconds >= first.seconds).map((sample) => sample[part]));
    const isFlat = last[part] <= MAX_TIMES * first[part] + MAX_MORE_MB;
    return `${part} ${first[part].toFixed(0)} MB after the first minute, ${last[part].toFixed(0)} at the end, ${peak.toFixed(0)} at most: ${isFlat ? 'flat' : 'GROWS'}`;
  });
  return `${name}: ${parts.join('; ')}; ended ${crashes.length} times`;
}
