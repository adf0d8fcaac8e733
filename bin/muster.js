#!/usr/bin/env node
import { ensureBuilt } from './ensure-built.js';

await ensureBuilt();
await import('../dist/cli/main.js');
