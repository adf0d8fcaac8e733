import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { mintSecret, signatureHeaders } from '../../../src/webhooks/signature.js';

const body = '{"type":"muster.member.provisioned","data":{"name":"Zoë"}}';

/** The oracle refuses what is older than five minutes by its own clock. */
const now = () => Math.floor(Date.now() / 1000);
const signed = (...secrets: string[]) => signatureHeaders({ id: 'evt-1', timestamp: now(), body }, secrets);

describe('A signature', () => {
  it('is right in the eyes of the reference library', () => {
    const secret = mintSecret();
    expect(new Webhook(secret).verify(body, { ...signed(secret) })).toEqual(JSON.parse(body));
  });

  it('is made with every secret, so that consumers may know the old one or the new one', () => {
    const [old, fresh] = [mintSecret(), mintSecret()];
    const headers = { ...signed(fresh, old) };
    for (const secret of [old, fresh]) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(mintSecret()).verify(body, headers)).toThrow();
  });

  it.each([
    ['the body', { body: `${body} ` }],
    ['the id', { id: 'evt-2' }],
    ['the time', { timestamp: now() - 1 }],
  ])('is of no use when %s is another', (_what, other) => {
    const secret = mintSecret();
    const tampered = { id: 'evt-1', timestamp: now(), body, ...other };
    const headers = {
      ...signed(secret),
      'webhook-id': tampered.id,
      'webhook-timestamp': String(tampered.timestamp),
    };
    expect(() => new Webhook(secret).verify(tampered.body, headers)).toThrow();
  });
});

describe('A secret', () => {
  it('has 32 random bytes behind its prefix', () => {
    const secret = mintSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(mintSecret()).not.toBe(secret);
  });
});
