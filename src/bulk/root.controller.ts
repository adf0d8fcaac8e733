import { Get } from '@nestjs/common';
import { Authenticated, ScimController } from '../http/route.js';
import { Call, type ScimCall } from '../http/scim-call.js';
import type { ScimReply } from '../http/scim-reply.js';
import { SearchService } from './search.service.js';

/** The root of SCIM (RFC 7644 §3.4.2.1): a query of all resource types, as a POST to `/.search` is. */
@ScimController()
export class RootController {
  constructor(private readonly searches: SearchService) {}

  @Get()
  @Authenticated()
  everything(@Call() call: ScimCall): Promise<ScimReply> {
    return this.searches.query(call);
  }
}
