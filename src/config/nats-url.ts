import { isIP } from 'node:net';
import { type Fault, hidden, type Setting } from './settings.js';

/** Where NATS is and who we are to it. */
export interface NatsAddress {
  /** `host:port` of the members of one cluster; the first that answers is used. */
  readonly servers: readonly string[];
  /** Whether a connection without TLS is refused. */
  readonly tls: boolean;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

type Credentials = Pick<NatsAddress, 'user' | 'pass' | 'token'>;

/** The port NATS clients use when an address names none. */
const PORT = '4222';

/**
 * URLs of the servers of one cluster, with commas between them. `user:password@` or, as NATS has it, `token@` may stand in
 * one of them or in several, but then it must be the same. None of it is ever repeated in a mistake.
 */
export function natsUrls(name: string): Setting<NatsAddress | undefined> {
  const wrong = (what: string): Fault => ({ fault: `${name} ${what}` });
  return hidden<NatsAddress | undefined>(name, (value) => {
    if (value === undefined) return undefined;
    const urls = value.split(',').map((text) => natsUrl(text.trim()));
    const known = urls.filter((url) => url !== undefined);
    if (known.length < urls.length) {
      return wrong('must be URLs such as nats://user:password@host:4222, with commas between several.');
    }
    const [protocol, ...protocols] = new Set(known.map((url) => url.protocol));
    if (protocols.length > 0) return wrong('must name all servers with nats:// or all with tls://.');
    if (protocol === 'tls:' && known.some(({ hostname }) => isIP(hostname.replace(/^\[|\]$/g, '')))) {
      return wrong('must name servers with tls:// as their certificates do, not by addresses.');
    }
    const [credentials = '{}', ...others] = new Set(known.flatMap((url) => credentialsOf(url)));
    if (others.length > 0) return wrong('must have the same user name and password wherever it has any.');
    return {
      servers: known.map(({ hostname, port }) => `${hostname}:${port || PORT}`),
      tls: protocol === 'tls:',
      ...(JSON.parse(credentials) as Credentials),
    };
  });
}

function natsUrl(text: string): URL | undefined {
  if (!/^(nats|tls):\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.hostname !== '' && ['', '/'].includes(url.pathname) && !/[?#]/.test(text);
  const isReadable = decoded(url.username) !== undefined && decoded(url.password) !== undefined;
  return isPlain && isReadable && (url.username !== '' || url.password === '') ? url : undefined;
}

/** As JSON text, so that equal ones are equal; none where the URL has none. */
function credentialsOf({ username, password }: URL): string[] {
  if (username === '' && password === '') return [];
  const user = decoded(username);
  return [JSON.stringify(password === '' ? { token: user } : { user, pass: decoded(password) })];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
