import { Relay } from '../../../src/events/relay.js';
import { WebhookDeliveriesRepository } from '../../../src/persistence/webhook-deliveries.repository.js';
import { WebhookCourier } from '../../../src/webhooks/webhook-courier.js';
import { WebhookMetrics } from '../../../src/webhooks/webhook-metrics.js';
import { WebhookWorker } from '../../../src/webhooks/webhook-worker.js';
import {
  type Answer,
  type Method,
  type ScimClient,
  startTestApp,
  type TestApp,
  type TestAppOptions,
} from '../../support/app.js';
import { sealAll } from '../../support/relays.js';
import { Receiver } from './receiver.js';

const PATH = '/api/v1/webhook-endpoints';

export interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

/** An application that may reach a consumer on this machine; `fresh` gives a tenant and a consumer to each test. */
export class WebhookSpace {
  receiver!: Receiver;
  idp!: ScimClient;
  token!: string;
  /** Workers that go on by themselves. */
  private readonly background: WebhookWorker[] = [];

  private constructor(readonly app: TestApp) {}

  static async open(options: TestAppOptions = {}): Promise<WebhookSpace> {
    const env = { MUSTER_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1', MUSTER_ROLE: 'api' };
    return new WebhookSpace(await startTestApp({ ...options, env }));
  }

  async fresh(): Promise<void> {
    this.receiver = await Receiver.open();
    this.idp = await this.app.connection();
    this.token = await this.tokenOf(this.idp);
  }

  async tidy(): Promise<void> {
    await this.stopWorkers();
    await this.receiver.close();
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.background.splice(0).map((worker) => worker.stop()));
  }

  close(): Promise<void> {
    return this.app.close();
  }

  async tokenOf(client: ScimClient, scopes = ['webhooks:write']): Promise<string> {
    return (await this.app.tenants.createToken({ tenant: client.tenant.slug, scopes })).token;
  }

  /** @param path below that of the collection */
  call(method: Method, path: string, body?: object, as = this.token): Promise<Answer> {
    const headers = { headers: { 'content-type': 'application/json' } };
    return this.app.call(method, `${PATH}${path}`, body, { token: as, ...(body && headers) });
  }

  async endpoint(path: string, eventTypes: readonly string[] = ['member.*']): Promise<Endpoint> {
    const { status, json, text } = await this.call('POST', '', { url: this.receiver.url(path), eventTypes });
    if (status !== 201) throw new Error(text);
    return { id: String(json.id), secret: String(json.secret) };
  }

  async log({ id }: Endpoint): Promise<Record<string, unknown>[]> {
    return (await this.call('GET', `/${id}/deliveries`)).json.items as Record<string, unknown>[];
  }

  async seal(): Promise<void> {
    await sealAll(this.app.http.get(Relay));
  }

  /** Seals what happened, and delivers what is due until nothing more comes of it. */
  async deliver(): Promise<void> {
    await this.seal();
    const worker = this.app.http.get(WebhookWorker);
    let before: number;
    do {
      before = this.receiver.received.length;
      await worker.round();
      await worker.idle();
    } while (this.receiver.received.length > before);
  }

  /** One more process that makes deliveries; it goes on by itself from `start` to the end of the test. */
  worker(): WebhookWorker {
    const { http, clock } = this.app;
    const worker = new WebhookWorker(
      http.get(WebhookDeliveriesRepository),
      http.get(WebhookCourier),
      http.get(WebhookMetrics),
      clock,
    );
    this.background.push(worker);
    return worker;
  }

  async create(userName: string): Promise<string> {
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName };
    return (await this.idp.create(user)).id;
  }

  async rename(id: string, displayName: string): Promise<void> {
    await this.idp.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: displayName }]);
  }
}
