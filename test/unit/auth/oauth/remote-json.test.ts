import { describe, expect, it } from '@jest/globals';
import { NoDocument, RemoteJson } from '../../../../src/auth/oauth/remote-json.js';
import { LIMITS } from '../../../../src/config/limits.js';
import { FixedClock } from '../../../support/fixed-clock.js';

const URL = 'https://issuer.example.com/keys';
const TENANT = 'acme';
const nothing = () => false;
const everything = () => true;

function remote(answers: readonly (object | Error)[]) {
  const clock = new FixedClock();
  const asked: string[] = [];
  const documents = new RemoteJson(async (url) => {
    asked.push(url);
    const answer = answers[asked.length - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  }, clock);
  return { clock, asked, documents };
}

describe('A document of another server', () => {
  it('is asked for once in ten minutes', async () => {
    const { clock, asked, documents } = remote([{ a: 1 }, { a: 2 }]);
    expect(await documents.get(TENANT, URL, nothing)).toEqual({ a: 1 });
    clock.advance(10 * 60_000 - 1);
    expect(await documents.get(TENANT, URL, nothing)).toEqual({ a: 1 });
    clock.advance(1);
    expect(await documents.get(TENANT, URL, nothing)).toEqual({ a: 2 });
    expect(asked).toHaveLength(2);
  });

  it('that lacks something is asked for again after half a minute, not before', async () => {
    const { clock, asked, documents } = remote([{ a: 1 }, { a: 2 }]);
    await documents.get(TENANT, URL, everything);
    clock.advance(29_999);
    expect(await documents.get(TENANT, URL, everything)).toEqual({ a: 1 });
    clock.advance(1);
    expect(await documents.get(TENANT, URL, everything)).toEqual({ a: 2 });
    expect(asked).toHaveLength(2);
  });

  it('that could not be had is asked for again after half a minute, not before', async () => {
    const { clock, asked, documents } = remote([new Error('secret reason'), { a: 1 }]);
    for (let times = 0; times < 3; times++) {
      await expect(documents.get(TENANT, URL, nothing)).rejects.toBeInstanceOf(NoDocument);
    }
    expect(asked).toHaveLength(1);
    clock.advance(30_000);
    expect(await documents.get(TENANT, URL, nothing)).toEqual({ a: 1 });
  });

  it('is asked for once by all who need it at the same time', async () => {
    const { asked, documents } = remote([{ a: 1 }]);
    await Promise.all([1, 2, 3].map(() => documents.get(TENANT, URL, nothing)));
    expect(asked).toHaveLength(1);
  });

  it('is old when the clock was set back', async () => {
    const { clock, asked, documents } = remote([{ a: 1 }, { a: 2 }]);
    await documents.get(TENANT, URL, nothing);
    clock.advance(-1);
    expect(await documents.get(TENANT, URL, nothing)).toEqual({ a: 2 });
    expect(asked).toHaveLength(2);
  });

  it('takes a share of its tenant, so a tenant with many documents displaces none of another', async () => {
    const large = { keys: 'k'.repeat(250_000) };
    const asked: string[] = [];
    const documents = new RemoteJson(async (url) => {
      asked.push(url);
      return large;
    }, new FixedClock());
    await documents.get('victim', URL, nothing);
    for (let n = 0; n < 100; n++) await documents.get(TENANT, `${URL}/${n}`, nothing);
    expect(documents.bytes).toBeLessThan(LIMITS.remoteDocumentsTenantBytes.value + 2 * 1024 * 1024);
    await documents.get('victim', URL, nothing);
    expect(asked.filter((url) => url === URL)).toHaveLength(1);
    // Its own oldest one is gone.
    await documents.get(TENANT, `${URL}/0`, nothing);
    expect(asked.filter((url) => url === `${URL}/0`)).toHaveLength(2);
  });
});
