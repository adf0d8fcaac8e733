import { promises as dns, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedHosts, isListed, mayReach } from './allowed-hosts.js';

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

type Addresses = readonly [LookupAddress, ...LookupAddress[]];

const systemResolve: Resolve = (hostname) => dns.lookup(hostname, { all: true });

/** A request was about to go where none may go. */
export class ForbiddenAddress extends Error {
  constructor() {
    super('The address is in a network that may not be reached.');
    this.name = 'ForbiddenAddress';
  }
}

/**
 * Stands before requests whose address a tenant chose. An address is held against the allowed networks at the moment of
 * connecting: the addresses that were checked are the ones that are connected to, and a name that means something else a
 * second later is checked again.
 */
export class OutboundGuard {
  /** For the `lookup` of a request: fails with ForbiddenAddress. */
  readonly lookup: LookupFunction;

  constructor(
    private readonly allowed: AllowedHosts,
    resolve: Resolve = systemResolve,
  ) {
    this.lookup = (hostname, { all }, callback) => {
      this.checked(hostname, resolve).then(
        (addresses) => {
          if (all) callback(null, [...addresses]);
          else callback(null, addresses[0].address, addresses[0].family);
        },
        (error) => callback(error, []),
      );
    };
  }

  /** Whether a request to this URL would be refused for what the URL itself says: a host that is an address is connected to without a look-up. */
  refuses(url: URL): boolean {
    const host = hostOf(url);
    return isIP(host) !== 0 && !this.permits(host, host);
  }

  /** Whether the operator has listed this very host, so that it may be asked without encryption. */
  trusts(url: URL): boolean {
    return isListed(hostOf(url), this.allowed);
  }

  /** One address that is refused refuses the name: who mixes them wants us to try until it works. */
  private async checked(hostname: string, resolve: Resolve): Promise<Addresses> {
    const [first, ...others] = await resolve(hostname);
    if (first === undefined) throw Object.assign(new Error('The name has no address.'), { code: 'ENODATA' });
    const addresses: Addresses = [first, ...others];
    if (addresses.every(({ address }) => this.permits(hostname, address))) return addresses;
    throw new ForbiddenAddress();
  }

  private permits(hostname: string, address: string): boolean {
    return isListed(hostname, this.allowed) || mayReach(address, this.allowed);
  }
}

/** The URL parser has turned decimal, octal and hexadecimal addresses into the usual form. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
