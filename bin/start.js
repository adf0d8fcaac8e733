#!/usr/bin/env node
import { ensureBuilt } from './ensure-built.js';

const PARENT_WATCH_MS = 250;
const parent = process.ppid;

// In this process, so that signals reach the server itself.
await ensureBuilt();
await import('../dist/main.js');
if (process.env.npm_lifecycle_event !== undefined) stopWithParent();

/** npm hands SIGTERM to the shell between it and us, and that shell ends without telling us. */
function stopWithParent() {
  const timer = setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, PARENT_WATCH_MS);
  timer.unref();
  // A second signal would cut off what the first one lets finish.
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => clearInterval(timer));
}
