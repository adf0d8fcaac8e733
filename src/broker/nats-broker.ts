import { JetStreamApiError, type JetStreamClient, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, errors, headers, type NatsConnection, nanos } from '@nats-io/transport-node';
import { LIMITS } from '../config/limits.js';
import type { NatsAddress } from '../config/nats-url.js';
import { type BrokerMessage, SUBJECT_ROOT } from './broker-message.js';

const CONNECT_MS = 5000;
/** How long an acknowledgement may take. */
const ANSWER_MS = 5000;
const PING_MS = 10_000;
/** Of a message beside the data of its event. */
const ENVELOPE_BYTES = 4096;

/** The stream as it is made when nothing takes the subjects; one that is there keeps its settings. */
const STREAM = {
  name: 'MUSTER',
  description: 'What changed in Muster, as CloudEvents',
  subjects: [`${SUBJECT_ROOT}.>`],
  storage: StorageType.File,
  // Longer than another instance needs to take over and publish again what was not noted as acknowledged.
  duplicate_window: nanos(10 * 60 * 1000),
  max_age: nanos(30 * 24 * 60 * 60 * 1000),
};

/** Codes of the JetStream API. */
const NAME_IN_USE = 10058;
const SUBJECTS_OVERLAP = 10065;
const NOT_BEHIND_EXPECTED = 10070;

/** Why the broker did not take an event. */
export interface BrokerFailure {
  /**
   * - `interrupted`: the stream's last message is not the one before in the run, so order would be lost; the event may be sent
   *   again at once, as the first of a run
   * - `refused`: this event, here and now
   * - `unrouted`: no stream takes the subject
   * - `unreachable`: no answer
   */
  readonly kind: 'interrupted' | 'refused' | 'unrouted' | 'unreachable';
  readonly reason: string;
}

export interface RunResult {
  /** How many from the first on were acknowledged without a gap. */
  readonly acknowledged: number;
  /** What became of the next one; absent when there is none. */
  readonly failure?: BrokerFailure;
}

/**
 * A connection to JetStream. It does not come back by itself: what was on the way when it broke would arrive behind what was
 * sent later.
 */
export class NatsBroker {
  private connection: NatsConnection | undefined;
  private client: JetStreamClient | undefined;
  /** Why the stream could not be made. */
  private streamFault: string | undefined;

  constructor(private readonly address: NatsAddress) {}

  /**
   * Connects and makes the stream, unless it is connected.
   * @throws when no server answers, refuses us, or has no JetStream
   */
  async open(): Promise<void> {
    if (this.connection && !this.connection.isClosed()) return;
    const { servers, tls, ...credentials } = this.address;
    this.connection = await connect({
      servers: [...servers],
      ...credentials,
      ...(tls && { tls: {} }),
      name: 'muster',
      reconnect: false,
      timeout: CONNECT_MS,
      pingInterval: PING_MS,
      noAsyncTraces: true,
    });
    this.client = jetstream(this.connection, { timeout: ANSWER_MS });
    await this.makeStream();
  }

  /** The most that the data of an event may have: the server's `max_payload` counts headers and envelope too. */
  get maxDataBytes(): number {
    const most = this.connection?.info?.max_payload ?? Number.POSITIVE_INFINITY;
    return Math.min(LIMITS.pushedEventBytes.value, most - ENVELOPE_BYTES);
  }

  /**
   * Sends all runs at once and waits for the answers. Within a run each message says which one must be the stream's last, so
   * that none overtakes one that was not taken; a run has no part in the failure of another.
   * @returns a result for each run
   */
  async publish(runs: readonly (readonly BrokerMessage[])[]): Promise<RunResult[]> {
    const { client } = this;
    if (!client) throw new Error('Not connected');
    const results = await Promise.all(runs.map((run) => publishRun(client, run)));
    if (results.some(({ failure }) => failure?.kind === 'unrouted')) await this.makeStream();
    return results.map((result) => this.withStreamFault(result));
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    this.client = undefined;
    await connection?.close();
  }

  private async makeStream(): Promise<void> {
    if (!this.connection) return;
    const manager = await jetstreamManager(this.connection, { checkAPI: false, timeout: ANSWER_MS });
    try {
      await manager.streams.add(STREAM);
      this.streamFault = undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const isThere = error instanceof JetStreamApiError && [NAME_IN_USE, SUBJECTS_OVERLAP].includes(error.code);
      this.streamFault = isThere ? 'another stream has its name or some of its subjects' : error.message;
    }
  }

  private withStreamFault({ acknowledged, failure }: RunResult): RunResult {
    if (failure?.kind !== 'unrouted' || this.streamFault === undefined)
      return { acknowledged, ...(failure && { failure }) };
    const reason = `${failure.reason}, and ${STREAM.name} could not be made: ${this.streamFault}`;
    return { acknowledged, failure: { ...failure, reason } };
  }
}

async function publishRun(client: JetStreamClient, run: readonly BrokerMessage[]): Promise<RunResult> {
  const answers = await Promise.allSettled(
    run.map(({ id, subject, contentType, body }, index) => {
      const before = run[index - 1];
      const header = headers();
      header.set('content-type', contentType);
      return client.publish(subject, body, {
        msgID: id,
        headers: header,
        ...(before && { expect: { lastMsgID: before.id } }),
      });
    }),
  );
  const acknowledged = answers.findIndex(({ status }) => status === 'rejected');
  const answer = answers[acknowledged];
  if (answer?.status !== 'rejected') return { acknowledged: run.length };
  return { acknowledged, failure: failureOf(answer.reason, run[acknowledged]?.subject ?? '') };
}

function failureOf(error: unknown, subject: string): BrokerFailure {
  const reason = error instanceof Error ? error.message : String(error);
  if (isUnrouted(error)) return { kind: 'unrouted', reason: `no stream takes ${subject}` };
  if (error instanceof JetStreamApiError && error.code === NOT_BEHIND_EXPECTED) return { kind: 'interrupted', reason };
  return { kind: isRefusal(error) ? 'refused' : 'unreachable', reason };
}

/** Nobody listens on the subject; the library puts a guess of its own around it, that there is no JetStream. */
function isUnrouted(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof errors.RequestError && cause.isNoResponders();
}

/** Said of one request, by the server or, where its limits are known, by the client; the connection is as good as before. */
function isRefusal(error: unknown): error is Error {
  return [error, causeOf(error)].some(
    (each) =>
      each instanceof JetStreamApiError ||
      each instanceof errors.InvalidArgumentError ||
      each instanceof errors.PermissionViolationError,
  );
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
