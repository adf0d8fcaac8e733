import { describe, expect, it } from '@jest/globals';
import { allowedHosts, isListed, mayReach } from '../../../src/http/allowed-hosts.js';

const PUBLIC_ONLY = allowedHosts([]);

describe('Without a list, requests may go to the public Internet', () => {
  it.each(['93.184.215.14', '8.8.8.8', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:8.8.8.8'])('%s', (address) => {
    expect(mayReach(address, PUBLIC_ONLY)).toBe(true);
  });
});

describe('and to nothing else', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, another one', '127.255.255.254'],
    ['loopback of IPv6', '::1'],
    ['this host', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['no address of IPv6', '::'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a carrier', '100.64.0.1'],
    ['link-local, where clouds keep their metadata', '169.254.169.254'],
    ['metadata of another cloud', '100.100.100.200'],
    ['metadata over IPv6', 'fd00:ec2::254'],
    ['link-local of IPv6', 'fe80::1'],
    ['link-local of IPv6 with a zone', 'fe80::1%eth0'],
    ['unique-local', 'fc00::1'],
    ['site-local, given up', 'fec0::1'],
    ['multicast', '224.0.0.1'],
    ['multicast of IPv6', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['for documentation', '192.0.2.1'],
    ['for benchmarks', '198.18.0.1'],
    ['loopback as IPv6', '::ffff:127.0.0.1'],
    ['loopback as IPv6 in hexadecimal', '::ffff:7f00:1'],
    ['metadata as IPv6', '::ffff:169.254.169.254'],
    ['loopback in the oldest way of IPv6', '::127.0.0.1'],
    ['loopback through a translator', '64:ff9b::7f00:1'],
    ['loopback through 6to4', '2002:7f00:1::'],
    ['loopback through Teredo', '2001:0:7f00:1::'],
    ['nobody’s IPv6', '4000::1'],
    ['no address at all', 'localhost'],
    ['nothing', ''],
  ])('%s: %s', (_what, address) => {
    expect(mayReach(address, PUBLIC_ONLY)).toBe(false);
  });
});

describe('A list adds', () => {
  const listed = allowedHosts(['10.1.0.0/16', '192.168.7.7', 'fd12::/16', 'Hooks.Internal']);

  it.each(['10.1.2.3', '192.168.7.7', 'fd12::5', '::ffff:10.1.2.3', '8.8.8.8'])('%s', (address) => {
    expect(mayReach(address, listed)).toBe(true);
  });

  it.each(['10.2.0.1', '192.168.7.8', 'fd13::5', '127.0.0.1'])('and still not %s', (address) => {
    expect(mayReach(address, listed)).toBe(false);
  });

  it.each(['10.1.2.3', '192.168.7.7', 'fd12::5', 'hooks.internal', 'HOOKS.internal'])('and has %s', (host) => {
    expect(isListed(host, listed)).toBe(true);
  });

  it.each(['8.8.8.8', 'fd13::5', 'example.com', 'other.hooks.internal'])('and does not have %s', (host) => {
    expect(isListed(host, listed)).toBe(false);
  });

  it('names, in whatever case they were written', () => {
    expect([...listed.names]).toEqual(['hooks.internal']);
  });
});
