import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network: its first address and how many leading bits count. */
export type AddressRange = readonly [Address, number];

const BITS = { ipv4: 32, ipv6: 128 } as const;
/** ::ffff:0:0/96, where IPv6 keeps the addresses of IPv4 (RFC 4291 §2.5.5.2). */
const MAPPED_BITS = 96;
/** Some proxies add the port: `203.0.113.7:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/;

/**
 * An address or a network such as `10.0.0.0/8` in the one form it is kept in: with its prefix, without bits beyond it, IPv4 as
 * IPv4 however it was written. Undefined when the text is neither.
 */
export function canonicalRange(text: string): string | undefined {
  const [first = '', prefix, ...more] = text.split('/');
  if (more.length > 0 || isIP(first) === 0 || first.includes('%')) return undefined;
  const address = ipaddr.parse(first);
  const bits = prefix === undefined ? BITS[address.kind()] : bitsIn(prefix);
  if (bits === undefined || bits > BITS[address.kind()]) return undefined;
  const plain = ipaddr.process(first);
  const left = plain.kind() === address.kind() ? bits : bits - MAPPED_BITS;
  return left < 0 ? undefined : `${networkOf(plain, left)}/${left}`;
}

/** @param texts as `canonicalRange` gives them */
export function addressRanges(texts: readonly string[]): readonly AddressRange[] {
  return texts.map((text) => ipaddr.parseCIDR(text));
}

/** Whether an address is in one of the networks; never when it is no address. */
export function isWithin(address: string | undefined, ranges: readonly AddressRange[]): boolean {
  if (address === undefined || isIP(address) === 0) return false;
  const plain = ipaddr.process(address);
  return ranges.some(([base, bits]) => base.kind() === plain.kind() && plain.match(base, bits));
}

/** Who asked, as the server or a trusted proxy saw it: IPv4 as IPv4, without a port; undefined when it is no address. */
export function plainAddress(seen: string): string | undefined {
  const [, bracketed, dotted] = WITH_PORT.exec(seen) ?? [];
  const address = bracketed ?? dotted ?? seen;
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

/** Bits of an IPv6 address that name the network of one customer. */
const BLOCK_BITS = 64;

/**
 * What an address is counted by: an IPv4 address itself, the /64 network of an IPv6 address, because its owner has all of it. Text
 * that is no address is one block.
 */
export function addressBlock(seen: string): string {
  const address = plainAddress(seen);
  if (address === undefined) return 'unknown';
  return address.includes(':') ? networkOf(ipaddr.parse(address), BLOCK_BITS) : address;
}

function bitsIn(prefix: string): number | undefined {
  return /^\d{1,3}$/.test(prefix) ? Number(prefix) : undefined;
}

function networkOf(address: Address, bits: number): string {
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`);
  return network.toString();
}
