import { createTransport } from 'nodemailer';
import type { Mailbox, SmtpServer } from '../config/mail-settings.js';
import { type Letter, messageOf } from './mail-message.js';

/** How many mails are handed over at a time. */
export const SMTP_CONNECTIONS = 4;
const CONNECT_MS = 10_000;
/** Silence of the server in a conversation. */
const SILENCE_MS = 30_000;
const IDLE_MS = 10_000;
const LONGEST_REASON = 500;

export type SendResult =
  | { readonly kind: 'sent' }
  /** The server will never take this mail. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may take it later. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Hands mails over to the SMTP server. Connections are kept for a moment and opened anew when they are gone. */
export class SmtpSender {
  private readonly transport: ReturnType<typeof transportTo>;

  constructor(
    server: SmtpServer,
    private readonly from: Mailbox,
  ) {
    this.transport = transportTo(server);
  }

  /** Never throws. */
  async send(letter: Letter, signal: AbortSignal): Promise<SendResult> {
    try {
      await this.transport.sendMail({ ...messageOf(letter, this.from), signal });
      return { kind: 'sent' };
    } catch (error) {
      return resultOf(error);
    }
  }

  close(): void {
    this.transport.close();
  }
}

function transportTo(server: SmtpServer) {
  const { host, port, secure, user, password } = server;
  return createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS: mustEncrypt(server),
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    maxConnections: SMTP_CONNECTIONS,
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

const THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** A password goes over an open line to this machine only; somebody between could take STARTTLS out of the conversation. */
export function mustEncrypt({ host, secure, user }: SmtpServer): boolean {
  return !secure && user !== undefined && !THIS_MACHINE.test(host);
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly command?: string;
}

/** What is about the recipient or the message. A sender or a login that is refused is the operator's to mend. */
const OF_THE_MAIL: ReadonlySet<string> = new Set(['RCPT TO', 'DATA']);

function resultOf(error: unknown): SendResult {
  const {
    message,
    responseCode = 0,
    command = '',
  }: SmtpError = error instanceof Error ? error : new Error(String(error));
  const reason = message.slice(0, LONGEST_REASON);
  return { kind: responseCode >= 500 && OF_THE_MAIL.has(command) ? 'refused' : 'failed', reason };
}
