import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** One mail as it arrived. */
export interface CaughtMail {
  /** The envelope. */
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly parsed: ParsedMail;
}

/** How a server says no: 4xx for now, 5xx for ever. */
export interface SmtpRefusal {
  readonly code: number;
  readonly text: string;
}

type Answer = SmtpRefusal | undefined;

/** A real SMTP server that takes every mail, unless it is told otherwise. */
export class SmtpCatcher {
  readonly mails: CaughtMail[] = [];
  /** What is answered to a recipient. */
  onRecipient: (address: string) => Answer = () => undefined;
  /** What is answered to a mail that has been read; it counts as caught before the answer goes out. */
  onMail: (mail: CaughtMail) => Promise<Answer> = async () => undefined;
  /** Who may hand mails over; everybody when it is undefined. */
  password: string | undefined;
  private server: SMTPServer | undefined;

  private constructor(private port: number) {}

  static async open(): Promise<SmtpCatcher> {
    const catcher = new SmtpCatcher(0);
    await catcher.comeBack();
    return catcher;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  urlWith(user: string, password: string): string {
    return this.url.replace('://', `://${user}:${encodeURIComponent(password)}@`);
  }

  /** Mails to one address. */
  to(address: string): readonly CaughtMail[] {
    return this.mails.filter(({ to }) => to.includes(address));
  }

  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(resolve));
  }

  /** On the port it had. */
  async comeBack(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        password === this.password ? done(null, { user: username }) : done(new Error('Who are you?')),
      onMailFrom: (_address, { user }, done) =>
        done(errorOf(this.password === undefined || user ? undefined : { code: 530, text: 'Say who you are' })),
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, done) => done(errorOf(this.onRecipient(address))),
      onData: (stream, { envelope }, done) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        buffer(stream)
          .then(async (bytes) => ({ from, to, raw: bytes.toString('utf8'), parsed: await simpleParser(bytes) }))
          .then((mail) => {
            this.mails.push(mail);
            return this.onMail(mail);
          })
          .then((answer) => done(errorOf(answer)), done);
      },
    });
    server.on('error', () => undefined);
    server.listen(this.port, '127.0.0.1');
    await once(server.server, 'listening');
    this.port = (server.server.address() as AddressInfo).port;
    this.server = server;
  }
}

function errorOf(answer: Answer): Error | null {
  return answer ? Object.assign(new Error(answer.text), { responseCode: answer.code }) : null;
}
