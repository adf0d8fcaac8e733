#!/usr/bin/env node
import { ensureBuilt } from './ensure-built.js';

// In this process, so that signals reach the server itself.
await ensureBuilt();
await import('../dist/main.js');
