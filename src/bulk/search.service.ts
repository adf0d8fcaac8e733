import { Readable } from 'node:stream';
import { ForbiddenException, Injectable } from '@nestjs/common';
import { grants } from '../domain/service-account.js';
import type { ScimCall } from '../http/scim-call.js';
import { ScimReply } from '../http/scim-reply.js';
import {
  badRequest,
  type JsonObject,
  type ListQuery,
  listEnvelope,
  PAGE_SIZES,
  type Page,
  parseSearchRequest,
} from '../scim/index.js';
import { type ResourceEndpoint, ResourceEndpoints, type ResourcePage } from './resource-endpoints.js';

/** One list of several resource types: the types stand one after the other, each in its own order. */
@Injectable()
export class SearchService {
  constructor(private readonly endpoints: ResourceEndpoints) {}

  /** @throws ForbiddenException when the caller may read none of the types; ScimError 400 as for a query of one type */
  async search(call: ScimCall, body: JsonObject): Promise<ScimReply> {
    const readable = this.endpoints.all.filter(({ readScope }) => grants(call.caller.scopes, readScope));
    if (readable.length === 0) {
      const scopes = this.endpoints.all.map(({ readScope }) => readScope).join(' and ');
      throw new ForbiddenException(`The access token lacks the scopes ${scopes}.`);
    }
    const queries = readable.map((endpoint) => ({ endpoint, query: this.queryFor(endpoint, body) }));
    const pages: ResourcePage[] = [];
    let [totalResults, itemsPerPage, startIndex, isCut] = [0, 0, 1, false];
    for (const { endpoint, query } of queries) {
      const page = byIndex(query);
      startIndex = page.startIndex;
      const rest: Page = {
        method: 'index',
        startIndex: Math.max(page.startIndex - totalResults, 1),
        // Behind a page that its bytes cut off nothing may follow: the next request goes on there.
        count: isCut ? 0 : page.count - itemsPerPage,
      };
      const found = await endpoint.protocol.page(call, { ...query, page: rest });
      isCut ||= found.itemsPerPage < Math.min(rest.count, found.totalResults - rest.startIndex + 1);
      totalResults += found.totalResults;
      itemsPerPage += found.itemsPerPage;
      if (found.itemsPerPage > 0) pages.push(found);
    }
    const { head, tail } = listEnvelope({ totalResults, startIndex }, itemsPerPage);
    return ScimReply.ok(joined(head, pages, tail));
  }

  private queryFor({ type }: ResourceEndpoint, body: JsonObject): ListQuery {
    const others = this.endpoints.types.filter((other) => other !== type);
    return parseSearchRequest(body, type, PAGE_SIZES, others);
  }
}

function byIndex({ page }: ListQuery): Extract<Page, { method: 'index' }> {
  if (page.method === 'index') return page;
  throw badRequest('invalidValue', 'cursor pages through one resource type; here use startIndex and count.');
}

/** Text where all of it is at hand, else a stream. */
function joined(head: string, pages: readonly ResourcePage[], tail: string): string | Readable {
  const pieces = pages.flatMap(({ resources }, index) => (index === 0 ? [resources] : [',', resources]));
  const texts = pieces.filter((piece) => typeof piece === 'string');
  if (texts.length === pieces.length) return `${head}${texts.join('')}${tail}`;
  return Readable.from(inOrder([head, ...pieces, tail]));
}

async function* inOrder(pieces: readonly (string | Readable)[]): AsyncIterable<unknown> {
  for (const piece of pieces) {
    if (typeof piece === 'string') yield piece;
    else yield* piece;
  }
}
