import { HttpCode, Post, Req } from '@nestjs/common';
import { FEATURES } from '../http/features.js';
import type { MusterRequest } from '../http/request.js';
import { Authenticated, ScimBody, ScimController } from '../http/route.js';
import { Call, type ScimCall } from '../http/scim-call.js';
import { ScimReply } from '../http/scim-reply.js';
import { bulkResponse, type JsonObject, parseBulkRequest, ScimError } from '../scim/index.js';
import { BulkService } from './bulk.service.js';
import { ResourceEndpoints } from './resource-endpoints.js';

const { maxOperations, maxPayloadSize } = FEATURES.bulk;

/** `/scim/v2/Bulk` (RFC 7644 §3.7). Scopes are asked for each operation. */
@ScimController('Bulk')
export class BulkController {
  constructor(
    private readonly bulk: BulkService,
    private readonly endpoints: ResourceEndpoints,
  ) {}

  @Post()
  @HttpCode(200)
  @Authenticated()
  async process(
    @Call() call: ScimCall,
    @ScimBody() body: JsonObject,
    @Req() request: MusterRequest,
  ): Promise<ScimReply> {
    refuseLargePayload(request.bodySize ?? 0);
    const wanted = parseBulkRequest(body, this.endpoints.types, maxOperations);
    const headers = this.bulk.charge(call, wanted);
    return new ScimReply(200, bulkResponse(await this.bulk.process(call, wanted)), headers);
  }
}

function refuseLargePayload(size: number): void {
  if (size <= maxPayloadSize) return;
  const detail = `A bulk request may be ${maxPayloadSize} bytes long (maxPayloadSize); this one is ${size}.`;
  throw new ScimError(413, undefined, detail);
}
