// An SMTP server in a process of its own that takes every mail after a moment, and says when it got which.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** About what a relay of an e-mail provider takes. */
const TAKES_MS = 200;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, { envelope }, done) => {
    stream.resume();
    stream.on('end', async () => {
      await sleep(TAKES_MS);
      process.send({ to: envelope.rcptTo.map(({ address }) => address), at: Date.now() });
      done();
    });
  },
});
server.on('error', () => undefined);
server.listen(0, '127.0.0.1');
await once(server.server, 'listening');
const url = `smtp://127.0.0.1:${server.server.address().port}`;
process.on('disconnect', () => process.exit());
process.on('message', () => process.send({ url }));
