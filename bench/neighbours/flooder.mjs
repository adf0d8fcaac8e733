// The process of the flooding clients, apart from that of the victim.
import { setMaxListeners } from 'node:events';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.mjs';
import { FLOODS } from './floods.mjs';

/** The flood is to cost the server, not to take processor time from it: clients are other machines in real life. */
const LOW_PRIORITY = 10;
const MAX_CLOSING_MS = 3000;
setPriority(LOW_PRIORITY);

let stop = new AbortController();

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.stop) return stop.abort();
  const { id, number, urls, sources } = message;
  stop = new AbortController();
  const { signal } = stop;
  setMaxListeners(0, signal);
  const { run } = FLOODS.find((flood) => flood.id === id);
  const clients = sources.map((source) => new Client({ urls, ...source }));
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
  const floods = Promise.all(clients.map((client, place) => run({ client, facts: sources[place].facts, signal })));
  const finished = floods.then(
    () => true,
    (error) => {
      process.stderr.write(`Flood ${id}: ${error.stack}\n`);
      return false;
    },
  );
  finished.then(() => process.send({ number, finished: true }));
  await Promise.race([stopped, finished]);
  // What the server is about to answer is counted; the rest is cut off as a client that goes away does.
  await Promise.race([finished, sleep(MAX_CLOSING_MS)]);
  if (!signal.aborted) await stopped;
  const counts = {};
  for (const client of clients) {
    for (const [outcome, count] of Object.entries(client.counts)) counts[outcome] = (counts[outcome] ?? 0) + count;
    client.close();
  }
  process.send({ number, counts });
});
