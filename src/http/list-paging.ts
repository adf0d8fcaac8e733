import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../config/clock.js';
import { CLOCK } from '../config/config.module.js';
import {
  type CursorScope,
  decodeCursor,
  encodeCursor,
  type Filter,
  type ListQuery,
  pathText,
  printFilter,
  type ResourceType,
} from '../scim/index.js';
import { CursorSigner } from './cursor-signer.js';
import { FEATURES } from './features.js';
import type { ScimCall } from './scim-call.js';

/** A place in a list: behind the resource with this id, and behind this sort key when the list is sorted. */
interface Position {
  readonly id: string;
  readonly sortKey?: string | null;
}

export interface Paging {
  readonly from: { readonly offset: number } | { readonly after: Position | undefined };
  /** What the answer says of the page: its start, or the cursor of the next one. */
  position(next: Position | undefined): { readonly startIndex?: number; readonly nextCursor?: string };
}

/** Pages by index and by cursor (RFC 7644 §3.4.2.4, RFC 9865), the same for every resource type. */
@Injectable()
export class ListPaging {
  constructor(
    private readonly cursors: CursorSigner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param filter that of the query, parsed
   * @throws ScimError 400 for a cursor that is forged, expired or another query's
   */
  of(call: ScimCall, type: ResourceType, query: ListQuery, filter: Filter | undefined): Paging {
    const { page } = query;
    if (page.method === 'index') {
      const { startIndex } = page;
      return { from: { offset: startIndex - 1 }, position: () => ({ startIndex }) };
    }
    const scope = this.scopeOf(call, type, query, filter);
    return {
      from: { after: page.cursor === '' ? undefined : this.read(page.cursor, scope) },
      position: (next) => (next ? { nextCursor: this.write(next, scope) } : {}),
    };
  }

  private read(cursor: string, scope: CursorScope): Position {
    const { keys } = decodeCursor(cursor, this.cursors.sign, scope, this.clock.now().getTime());
    const [id, sortKey] = keys as [string, (string | null)?];
    return { id, ...(sortKey !== undefined && { sortKey }) };
  }

  private write({ id, sortKey }: Position, scope: CursorScope): string {
    const keys = sortKey === undefined ? [id] : [id, sortKey];
    const expires = this.clock.now().getTime() + FEATURES.pagination.cursorTimeout * 1000;
    return encodeCursor({ ...scope, keys, expires }, this.cursors.sign);
  }

  /** A cursor is good for one caller's connection and one query (RFC 9865 §5.2), however the query is spelt. */
  private scopeOf(
    { caller, connection }: ScimCall,
    type: ResourceType,
    { sortBy, sortOrder, page }: ListQuery,
    filter: Filter | undefined,
  ): CursorScope {
    const filterText = filter ? printFilter(filter) : '';
    const text = JSON.stringify([type.name, filterText, sortBy ? pathText(sortBy) : '', sortOrder]);
    return { tenant: caller.tenantId, connection: connection.id, query: this.cursors.sign(text), count: page.count };
  }
}
