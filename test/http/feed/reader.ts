import { v7 as uuid } from 'uuid';
import { Relay } from '../../../src/events/relay.js';
import type { JsonObject } from '../../../src/scim/index.js';
import type { Answer, ScimClient, TestApp } from '../../support/app.js';
import { sealAll } from '../../support/relays.js';

export interface TravellingEvent extends JsonObject {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly sequence: string;
}

/** Somebody with a token for the events of one tenant. */
export class FeedReader {
  private constructor(
    readonly owner: ScimClient,
    readonly token: string,
    readonly tokenId: string,
  ) {}

  static async of(owner: ScimClient, scopes: readonly string[] = ['events:read']): Promise<FeedReader> {
    const { app, slug: tenant } = owner.tenant;
    const { token, tokenId } = await app.tenants.createToken({ tenant, scopes });
    await seal(app);
    return new FeedReader(owner, token, tokenId);
  }

  get(query = ''): Promise<Answer> {
    return this.owner.tenant.app.call('GET', `/api/v1/events${query}`, undefined, { token: this.token });
  }

  /** Every event behind a cursor, page by page. */
  async all(query = 'limit=500', after?: string): Promise<TravellingEvent[]> {
    const events: TravellingEvent[] = [];
    let cursor = after;
    for (;;) {
      const { json, text, status } = await this.get(`?${query}${cursor ? `&after=${cursor}` : ''}`);
      if (status !== 200) throw new Error(text);
      events.push(...itemsOf(json));
      cursor = String(json.next);
      if (json.hasMore !== true) return events;
    }
  }

  /** The cursor behind all that is there. */
  async end(): Promise<string> {
    return String((await this.get('?after=latest')).json.next);
  }
}

export const itemsOf = (json: JsonObject) => json.items as unknown as TravellingEvent[];

export const seal = (app: TestApp) => sealAll(app.http.get(Relay));

/** Puts sealed events behind a tenant's last one, past the relay; hashes prove nothing. */
export async function fill({ app, id }: ScimClient['tenant'], count: number, type: string, data = '{}'): Promise<void> {
  await app.rows(
    `with last as (select coalesce(max(seq), 0) as seq from seals where tenant_id = $1),
       made as (
         insert into events (tenant_id, id, type, occurred_at, actor_type, subject_type, subject_id, data)
         select $1, gen_random_uuid(), $3, now(), 'system', 'member', $5, $4::json from generate_series(1, $2::int)
         returning id)
     insert into seals (tenant_id, seq, event_id, hash, sealed_at, type, subject_id)
     select $1, last.seq + row_number() over (), made.id, '\\x00', now(), $3, $5 from made, last`,
    [id, count, type, data, uuid()],
  );
}
