// node --import ./test/support/run-typescript.js some-program.ts: our sources in a process of their own, without a build.
import { register } from 'node:module';

register('./typescript-hooks.js', import.meta.url);
