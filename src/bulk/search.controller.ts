import { HttpCode, Post } from '@nestjs/common';
import { Authenticated, ScimBody, ScimController } from '../http/route.js';
import { Call, type ScimCall } from '../http/scim-call.js';
import type { ScimReply } from '../http/scim-reply.js';
import type { JsonObject } from '../scim/index.js';
import { SearchService } from './search.service.js';

/** `/scim/v2/.search` (RFC 7644 §3.4.3): a query of all resource types. What a caller may not read is not looked for. */
@ScimController('.search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Post()
  @HttpCode(200)
  @Authenticated()
  everything(@Call() call: ScimCall, @ScimBody() body: JsonObject): Promise<ScimReply> {
    return this.searches.search(call, body);
  }
}
