import { hidden, plain, type Setting } from './settings.js';

/** How mail leaves: the server, and who is to be believed there. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`). */
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const SMTP_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

export function smtpUrl(name: string): Setting<SmtpServer | undefined> {
  const fault = `${name} must be a URL such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com.`;
  return hidden<SmtpServer | undefined>(name, (value) => {
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : null;
    const port = url && SMTP_PORTS[url.protocol];
    const [user, password] = url ? [decoded(url.username), decoded(url.password)] : [];
    if (!url || !port || url.hostname === '' || !['', '/'].includes(url.pathname) || /[?#]/.test(value))
      return { fault };
    if (user === undefined || password === undefined || (user === '') !== (password === '')) return { fault };
    return {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || port,
      secure: url.protocol === 'smtps:',
      user: user || undefined,
      password: password || undefined,
    };
  });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const MAILBOX = /^(?:(?<name>[^<>"(),:;@\\\p{Cc}]*)<)?(?<address>[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?<end>>?)$/iu;

/** `muster@example.com`, or `Muster <muster@example.com>`. */
export function mailbox(name: string): Setting<Mailbox | undefined> {
  return plain<Mailbox | undefined>(name, (value) => {
    if (value === undefined) return undefined;
    const read = MAILBOX.exec(value.trim())?.groups;
    const isWhole = read !== undefined && (read.name === undefined) === (read.end === '');
    if (isWhole) return { name: read.name?.trim() ?? '', address: read.address ?? '' };
    return { fault: `${name} must be an address such as Muster <muster@example.com>, but it is "${value}".` };
  });
}
