import { environment } from '../config/environment.js';
import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), {
  env: environment,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
