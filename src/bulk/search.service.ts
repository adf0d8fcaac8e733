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
  parseListQuery,
  parseSearchRequest,
  type ResourceType,
} from '../scim/index.js';
import { type ResourceEndpoint, ResourceEndpoints, type ResourcePage } from './resource-endpoints.js';

/** Reads the query as one about `type`; the attributes of `others` are known but have no value. */
type QueryParser = (type: ResourceType, others: readonly ResourceType[]) => ListQuery;

/** One list of several resource types: the types stand one after the other, each in its own order. */
@Injectable()
export class SearchService {
  constructor(private readonly endpoints: ResourceEndpoints) {}

  /** A SearchRequest (RFC 7644 §3.4.3). @throws as `find`, and ScimError 400 when the body is no SearchRequest */
  search(call: ScimCall, body: JsonObject): Promise<ScimReply> {
    return this.find(call, (type, others) => parseSearchRequest(body, type, PAGE_SIZES, others));
  }

  /** A query of the root (RFC 7644 §3.4.2.1). */
  query(call: ScimCall): Promise<ScimReply> {
    return this.find(call, (type, others) => parseListQuery(call.query, type, PAGE_SIZES, others));
  }

  /** @throws ForbiddenException when the caller may read none of the types; ScimError 400 as for a query of one type */
  private async find(call: ScimCall, parse: QueryParser): Promise<ScimReply> {
    const readable = this.endpoints.all.filter(({ readScope }) => grants(call.caller.scopes, readScope));
    if (readable.length === 0) {
      const scopes = this.endpoints.all.map(({ readScope }) => readScope).join(' and ');
      throw new ForbiddenException(`The access token lacks the scopes ${scopes}.`);
    }
    const queries = readable.map((endpoint) => ({ endpoint, query: this.queryFor(endpoint, parse) }));
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

  private queryFor({ type }: ResourceEndpoint, parse: QueryParser): ListQuery {
    return parse(
      type,
      this.endpoints.types.filter((other) => other !== type),
    );
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
