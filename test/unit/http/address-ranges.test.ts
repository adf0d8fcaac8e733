import { describe, expect, it } from '@jest/globals';
import { addressRanges, canonicalRange, isWithin, plainAddress } from '../../../src/http/address-ranges.js';

describe('canonicalRange', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8:0:1::/64', '2001:db8:0:1::/64'],
    ['::/0', '::/0'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['::ffff:a01:203', '10.1.2.3/32'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalRange(text)).toBe(canonical);
  });

  it.each([
    '',
    'example.com',
    '10.1',
    '167772161',
    '0x0a000001',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/08x',
    '2001:db8::/129',
    '::ffff:10.0.0.0/90',
    'fe80::1%eth0',
    '*',
  ])('refuses "%s"', (text) => {
    expect(canonicalRange(text)).toBeUndefined();
  });
});

describe('isWithin', () => {
  const ranges = addressRanges(['203.0.113.0/24', '2001:db8::/32', '198.51.100.7/32']);

  it.each(['203.0.113.7', '::ffff:203.0.113.7', '::ffff:cb00:7107', '2001:db8:ffff::1', '198.51.100.7'])(
    'has %s',
    (address) => {
      expect(isWithin(address, ranges)).toBe(true);
    },
  );

  it.each(['203.0.114.7', '198.51.100.8', '2001:db9::1', '::1', '203.0.113', 'unknown', '', undefined])(
    'has not %s',
    (address) => {
      expect(isWithin(address, ranges)).toBe(false);
    },
  );

  it('takes all of IPv6 for nothing of IPv4, and the other way round', () => {
    expect(isWithin('203.0.113.7', addressRanges(['::/0']))).toBe(false);
    expect(isWithin('2001:db8::1', addressRanges(['0.0.0.0/0']))).toBe(false);
  });

  it('is in no network when there is none', () => {
    expect(isWithin('203.0.113.7', [])).toBe(false);
  });
});

describe('plainAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('reads %s as %s', (seen, address) => {
    expect(plainAddress(seen)).toBe(address);
  });

  it.each(['', 'unknown', '_hidden', '203.0.113.7:x', '<script>'])('takes "%s" for no address', (seen) => {
    expect(plainAddress(seen)).toBeUndefined();
  });
});
