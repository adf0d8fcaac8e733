import { spawnSync } from 'node:child_process';

/** The tests here run the program itself, as `npm start` does. */
export default function build(): void {
  const { status } = spawnSync(process.execPath, ['bin/ensure-built.js'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('Muster could not be built.');
}
