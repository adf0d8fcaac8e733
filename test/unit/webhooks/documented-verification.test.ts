import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mintSecret, signatureHeaders } from '../../../src/webhooks/signature.js';
import { ROOT } from '../shape/source.js';

const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8')) ?? [];
const body = '{"type":"muster.member.provisioned","data":{"name":"Zoë"}}';
const [old, fresh] = [mintSecret(), mintSecret()];

/** Runs the example of docs/webhooks.md as a reader would. */
function isFromMuster(secret: string, age: number, arrived = body): boolean {
  const timestamp = Math.floor(Date.now() / 1000) - age;
  const headers = signatureHeaders({ id: 'evt-1', timestamp, body }, [fresh, old]);
  const call = `console.log(isFromMuster(${JSON.stringify(headers)}, ${JSON.stringify(arrived)}, '${secret}'));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', example + call], {
    encoding: 'utf8',
  });
  if (!['true\n', 'false\n'].includes(stdout)) throw new Error(stderr);
  return stdout === 'true\n';
}

describe('The documented way to verify a webhook', () => {
  it.each([
    ['with the new secret', fresh, 0, body, true],
    ['with the old one', old, 0, body, true],
    ['with another', mintSecret(), 0, body, false],
    ['after another body', fresh, 0, `${body} `, false],
    ['after ten minutes', fresh, 600, body, false],
  ])('%s', (_what, secret, age, arrived, isGood) => {
    expect(isFromMuster(secret, age, arrived)).toBe(isGood);
  });
});
