import { Get, Param, Query } from '@nestjs/common';
import {
  DISCOVERY_SCHEMAS,
  type JsonObject,
  listResponse,
  resourceTypeDocument,
  ScimError,
  schemaDocument,
  serviceProviderConfig,
} from '../scim/index.js';
import { BaseUrl } from './base-url.js';
import { FEATURES, RESOURCE_TYPES_SERVED } from './features.js';
import { Public, ScimController } from './route.js';
import { ScimReply } from './scim-reply.js';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * What the server can do (RFC 7644 §4). Open to everybody: clients read it before they have a token, and it tells nothing
 * of any tenant.
 */
@Public()
@ScimController()
export class DiscoveryController {
  constructor(private readonly baseUrl: BaseUrl) {}

  @Get('ServiceProviderConfig')
  serviceProviderConfig(@Query() query: Parameters): ScimReply {
    refuseFilter(query);
    return ScimReply.ok(serviceProviderConfig(FEATURES, this.baseUrl.scim));
  }

  @Get('Schemas')
  schemas(@Query() query: Parameters): ScimReply {
    refuseFilter(query);
    return ScimReply.ok(onOnePage(this.allSchemas()));
  }

  @Get('Schemas/:id')
  schema(@Param('id') id: string): ScimReply {
    return ScimReply.ok(found(this.allSchemas(), id, 'schema'));
  }

  @Get('ResourceTypes')
  resourceTypes(@Query() query: Parameters): ScimReply {
    refuseFilter(query);
    return ScimReply.ok(onOnePage(this.allResourceTypes()));
  }

  @Get('ResourceTypes/:id')
  resourceType(@Param('id') id: string): ScimReply {
    return ScimReply.ok(found(this.allResourceTypes(), id, 'resource type'));
  }

  private allSchemas(): readonly JsonObject[] {
    const ofResources = RESOURCE_TYPES_SERVED.flatMap(({ schema, extensions }) => [
      schema,
      ...extensions.map((extension) => extension.schema),
    ]);
    return [...ofResources, ...DISCOVERY_SCHEMAS].map((schema) => schemaDocument(schema, this.baseUrl.scim));
  }

  private allResourceTypes(): readonly JsonObject[] {
    return RESOURCE_TYPES_SERVED.map((type) => resourceTypeDocument(type, this.baseUrl.scim));
  }
}

/** RFC 7644 §4: a filter here is forbidden, so that nobody takes a part for the whole. */
function refuseFilter(query: Parameters): void {
  if (query.filter !== undefined) throw new ScimError(403, undefined, 'This cannot be filtered; leave "filter" out.');
}

/** Paging parameters are ignored (RFC 7644 §4): the answer is always the whole. */
function onOnePage(resources: readonly JsonObject[]): JsonObject {
  return listResponse({ totalResults: resources.length, startIndex: 1, resources });
}

/** Names and URNs in any case (RFC 7643 §2.1). */
function found(documents: readonly JsonObject[], id: string, kind: string): JsonObject {
  const document = documents.find((each) => String(each.id).toLowerCase() === id.toLowerCase());
  if (!document) throw new ScimError(404, undefined, `There is no such ${kind}.`);
  return document;
}
