import ipaddr from 'ipaddr.js';

/** What a setting such as `MUSTER_WEBHOOK_ALLOWED_HOSTS` lists, besides the public Internet. */
export interface AllowedHosts {
  /** Lower case. Whatever address such a name has is allowed. */
  readonly names: ReadonlySet<string>;
  readonly networks: readonly Network[];
}

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number];

const GIVEN_OUT = ipaddr.parseCIDR('2000::/3');

/** @param entries host names, addresses and networks such as `10.0.0.0/8` */
export function allowedHosts(entries: readonly string[]): AllowedHosts {
  const networks = entries.filter((entry) => ipaddr.isValidCIDR(entry)).map((entry) => ipaddr.parseCIDR(entry));
  const addresses = entries.filter((entry) => ipaddr.isValid(entry)).map(whole);
  const names = entries.filter((entry) => !ipaddr.isValidCIDR(entry) && !ipaddr.isValid(entry));
  return { names: new Set(names.map((name) => name.toLowerCase())), networks: [...networks, ...addresses] };
}

/**
 * Whether a request whose address a tenant chose may go to this address: one of the public Internet, or one that is listed. Everything else is somebody's
 * own network: private, shared, loopback, link-local (with the metadata services of clouds), unique-local, multicast,
 * reserved and unspecified ones, and IPv6 addresses that hide an IPv4 address or are translated into one.
 */
export function mayReach(address: string, allowed: AllowedHosts): boolean {
  if (!ipaddr.isValid(address)) return false;
  const plain = ipaddr.process(address);
  return isPublic(plain) || allowed.networks.some((network) => contains(network, plain));
}

/** Whether the list itself has this name or address. */
export function isListed(host: string, { names, networks }: AllowedHosts): boolean {
  if (!ipaddr.isValid(host)) return names.has(host.toLowerCase());
  const plain = ipaddr.process(host);
  return networks.some((network) => contains(network, plain));
}

/** Of IPv6 only 2000::/3 is given out. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || contains(GIVEN_OUT, address));
}

function whole(address: string): Network {
  const plain = ipaddr.process(address);
  return [plain, plain.kind() === 'ipv4' ? 32 : 128];
}

function contains([base, prefix]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return base.kind() === address.kind() && address.match(base, prefix);
}
