import { HttpCode, Post } from '@nestjs/common';
import { FEATURES } from '../http/features.js';
import { Authenticated, ScimBody, ScimController } from '../http/route.js';
import { Call, type ScimCall } from '../http/scim-call.js';
import { ScimReply } from '../http/scim-reply.js';
import { bulkResponse, type JsonObject, parseBulkRequest } from '../scim/index.js';
import { BulkService } from './bulk.service.js';
import { ResourceEndpoints } from './resource-endpoints.js';

/** `/scim/v2/Bulk` (RFC 7644 §3.7). Scopes are asked for each operation; the route has maxPayloadSize as its body limit. */
@ScimController('Bulk')
export class BulkController {
  constructor(
    private readonly bulk: BulkService,
    private readonly endpoints: ResourceEndpoints,
  ) {}

  @Post()
  @HttpCode(200)
  @Authenticated()
  async process(@Call() call: ScimCall, @ScimBody() body: JsonObject): Promise<ScimReply> {
    const wanted = parseBulkRequest(body, this.endpoints.types, FEATURES.bulk.maxOperations);
    const headers = this.bulk.charge(call, wanted);
    return new ScimReply(200, bulkResponse(await this.bulk.process(call, wanted)), headers);
  }
}
