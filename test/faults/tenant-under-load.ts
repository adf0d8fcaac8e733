import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/config/clock.js';
import type { UnitOfWork } from '../../src/persistence/unit-of-work.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import { changeSettings } from '../support/change-settings.js';
import type { DatabaseUnderFaults } from './database-under-faults.js';
import type { Fleet } from './fleet.js';
import { GroupLoad, isMover, moverName } from './group-load.js';
import type { HookReceiver } from './hook-receiver.js';
import { Journal } from './journal.js';
import type { Ledger } from './ledger.js';
import { everybody, Load } from './load.js';
import type { Random } from './random.js';
import { NaiveReader, PageReader, StreamReader } from './readers.js';
import type { Ask, Target } from './send.js';

const CLIENTS = 4;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SETTINGS = { notifications: true, digestAbove: 999_999 };

interface Identity {
  readonly id: string;
  readonly slug: string;
  readonly scimToken: string;
  readonly readerToken: string;
}

/** A tenant that wants mails. */
export async function makeTenant(work: UnitOfWork, slug: string): Promise<Identity> {
  const tenants = new TenantsService(work, systemClock);
  const { id } = await tenants.createTenant(slug);
  await changeSettings({ work }, id, SETTINGS);
  const { token: scimToken } = await tenants.createConnection({ tenant: slug, idp: 'generic' });
  const scopes = ['events:read', 'webhooks:write'];
  const { token: readerToken } = await tenants.createToken({ tenant: slug, scopes });
  return { id, slug, scimToken, readerToken };
}

/** One tenant of a fault run: who writes to it, and who listens to it. */
export class TenantUnderLoad {
  readonly #journal = new Journal();
  readonly #ask: Ask;
  readonly #loads: readonly (Load | GroupLoad)[];
  readonly #groups: GroupLoad;
  readonly stream: StreamReader;
  readonly pages: PageReader;
  readonly naive: NaiveReader;

  constructor(
    readonly identity: Identity,
    private readonly fleet: Fleet,
    private readonly database: DatabaseUnderFaults,
    { ledger, random }: { readonly ledger: Ledger; readonly random: Random },
  ) {
    this.#ask = ledger.asking(() => this.#target(random()), random);
    this.#groups = new GroupLoad(this.#ask, random);
    this.#loads = [new Load(this.#ask, this.#journal, CLIENTS, random), this.#groups];
    const origin = () => this.#target(random())?.url.replace('/scim/v2', '');
    this.stream = new StreamReader(origin, identity.readerToken).begin();
    this.pages = new PageReader(origin, identity.readerToken).begin();
    this.naive = new NaiveReader(database, identity.id).begin();
  }

  /** Where its webhooks go. */
  static hookPath({ slug }: Identity): string {
    return `/hooks/${slug}`;
  }

  static async hookUp(identity: Identity, fleet: Pick<Fleet, 'urls'>, receiver: HookReceiver): Promise<void> {
    const origin = fleet.urls[0]?.replace('/scim/v2', '');
    const answer = await fetch(`${origin}/api/v1/webhook-endpoints`, {
      method: 'POST',
      headers: { authorization: `Bearer ${identity.readerToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: receiver.url(TenantUnderLoad.hookPath(identity)) }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  }

  /**
   * A change that waits for a lock while others overtake it: its event has an early id and a late commit. Somebody else's backup,
   * report or slow disk does the same now and then.
   */
  async straggle(): Promise<void> {
    const { body } = await this.#ask('POST', '/Users', { schemas: [USER], userName: moverName('straggler') });
    const { id } = body as { readonly id: string };
    const locker = await this.database.superuser.connect();
    try {
      await locker.query('begin');
      await locker.query('select from members where tenant_id = $1 and scim_id = $2 for update', [
        this.identity.id,
        id,
      ]);
      const Operations = [{ op: 'replace', path: 'displayName', value: 'Late' }];
      const changed = this.#ask('PATCH', `/Users/${id}`, { schemas: [PATCH_OP], Operations });
      await sleep(300);
      const seen = this.naive.ids.length;
      while (this.naive.ids.length < seen + 5) await sleep(10);
      await locker.query('commit');
      await changed;
    } finally {
      locker.release();
    }
  }

  async stopLoad(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()));
  }

  /** Whether the readers of the log have seen so many different events. */
  hasRead(events: number): boolean {
    return [this.stream, this.pages].every(({ ids }) => new Set(ids).size >= events);
  }

  async stopReaders(): Promise<void> {
    await Promise.all([this.stream, this.pages, this.naive].map((reader) => reader.stop()));
  }

  /** Holds what the service shows against what it acknowledged. */
  async contentFaults(): Promise<string[]> {
    const target = this.#target(0);
    if (target === undefined) return ['No service listens at the end'];
    const shown = (await everybody(target)).filter(({ userName }) => !isMover(userName));
    return [...this.#journal.settle(shown), ...(await this.#groups.faults())];
  }

  #target(chance: number): Target | undefined {
    const { urls } = this.fleet;
    const url = urls[Math.floor(chance * urls.length)];
    return url === undefined ? undefined : { url, token: this.identity.scimToken };
  }
}
