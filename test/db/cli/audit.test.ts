import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../../src/cli/run.js';
import { openDataSource } from '../../../src/persistence/data-source.js';
import { UnitOfWork } from '../../../src/persistence/unit-of-work.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { relayOver, sealAll } from '../../support/relays.js';

let database: TestDatabase;
let directory: string;
let env: Record<string, string>;
let lines: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'muster-audit-'));
  env = {
    DATABASE_URL: database.superuserUrl,
    MUSTER_APP_DATABASE_URL: database.appUrl,
    MUSTER_SYSTEM_DATABASE_URL: database.systemUrl,
  };
  await muster('tenant create demo');
  await muster('connection create --tenant demo --idp okta');
  for (let tokens = 0; tokens < 5; tokens++) await muster('token create --tenant demo --scopes members:read');
  await seal();
  lines = (await muster('audit export --tenant demo --format jsonl')).out.trimEnd().split('\n');
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await database.drop();
});

/** One command as from a shell. */
async function muster(line: string, surroundings = env) {
  const said = { out: '', err: '' };
  const code = await run(line.split(' '), {
    env: surroundings,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

async function seal(): Promise<void> {
  const system = await openDataSource({ url: database.systemUrl }, 1);
  const relay = relayOver(new UnitOfWork(system, system, { preparedStatements: true }));
  await sealAll(relay);
  await relay.stop();
  await system.destroy();
}

async function fileOf(content: string | Buffer): Promise<string> {
  const file = join(directory, `${Math.random()}.jsonl`);
  await writeFile(file, content);
  return file;
}

/** Verifies with nothing but the file. */
const verify = async (content: string | Buffer, more = '') =>
  muster(`audit verify ${await fileOf(content)}${more}`, {});
const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');

describe('muster audit', () => {
  it('exports what verifies without a server or a database, by the key that it prints', async () => {
    const key = (await muster('audit key')).out.trim();
    const count = lines.length - 2;
    expect(count).toBeGreaterThan(8);
    expect(await verify(text(lines), ` --key ${key}`)).toEqual({
      code: 0,
      out: `Whole: ${count} events of tenant demo, 1 to ${count}, signed with ${key}\n`,
      err: '',
    });
    expect((await verify(text(lines), ' --key bm8=')).code).toBe(1);
  });

  it('exports the same as CSV, or only the end of it', async () => {
    const csv = await muster('audit export --tenant demo --format csv --from 4');
    expect(csv.code).toBe(0);
    expect(csv.out.split('\n')[2]).toMatch(/^4,/);
    expect(await verify(csv.out)).toMatchObject({ code: 0, out: expect.stringContaining(', 4 to ') });
  });

  it.each<[string, (all: string[]) => string[]]>([
    ['edited', (all) => all.with(4, all[4]!.replace('T', 't'))],
    ['missing', (all) => all.toSpliced(4, 1)],
    ['put in', (all) => all.toSpliced(4, 0, all[2]!)],
    ['swapped', (all) => all.with(4, all[6]!).with(6, all[4]!)],
    ['cut off', (all) => all.slice(0, 4)],
  ])('names the first sequence number of a file with a line %s', async (_, change) => {
    const { code, out, err } = await verify(text(change(lines)));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('the first bad sequence number is 4:');
  });

  it('looks at bytes: neither other line ends nor a byte that is no text pass', async () => {
    expect((await verify(text(lines).replaceAll('\n', '\r\n'))).code).toBe(1);
    const bytes = Buffer.from(text(lines));
    bytes[text(lines.slice(0, 3)).length + 60] = 0xff;
    expect(await verify(bytes)).toMatchObject({ code: 1, err: expect.stringContaining('is 3:') });
    expect((await verify('')).code).toBe(1);
  });

  it.each([
    'audit verify',
    'audit verify /nowhere/at/all',
    'audit export',
    'audit export --tenant demo --format xml',
    'audit export --tenant demo --from -1',
    'audit nonsense',
  ])('%s is no command line it knows', async (line) => {
    const { code, out, err } = await muster(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  });

  it('tells of the export in the log', async () => {
    await seal();
    const { out } = await muster('audit export --tenant demo');
    expect(out).toContain('"type":"audit.exported"');
    expect((await muster('audit export --tenant nobody')).code).toBe(1);
  });
});
