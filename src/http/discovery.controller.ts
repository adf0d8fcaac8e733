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
import { PublicDocument, PublicDocuments } from './public-document.js';
import { Public, ScimController } from './route.js';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * What the server can do (RFC 7644 §4). Open to everybody: clients read it before they have a token, and it tells nothing
 * of any tenant.
 */
@Public()
@ScimController()
export class DiscoveryController {
  private readonly documents = new PublicDocuments();

  constructor(private readonly baseUrl: BaseUrl) {}

  @Get('ServiceProviderConfig')
  serviceProviderConfig(@Query() query: Parameters): unknown {
    refuseFilter(query);
    return this.document('config', () => serviceProviderConfig(FEATURES, this.baseUrl.scim));
  }

  @Get('Schemas')
  schemas(@Query() query: Parameters): unknown {
    refuseFilter(query);
    return this.document('schemas', () => onOnePage(this.allSchemas()));
  }

  @Get('Schemas/:id')
  schema(@Param('id') id: string): unknown {
    const name = foundName(SCHEMA_IDS, id, 'schema');
    return this.document(`schema ${name}`, () => this.allSchemas().find((each) => each.id === name));
  }

  @Get('ResourceTypes')
  resourceTypes(@Query() query: Parameters): unknown {
    refuseFilter(query);
    return this.document('types', () => onOnePage(this.allResourceTypes()));
  }

  @Get('ResourceTypes/:id')
  resourceType(@Param('id') id: string): unknown {
    const name = foundName(TYPE_IDS, id, 'resource type');
    return this.document(`type ${name}`, () => this.allResourceTypes().find((each) => each.id === name));
  }

  /** The base is known before the first request. */
  private document(name: string, make: () => unknown): unknown {
    return this.documents.get(name, () => PublicDocument.json('application/scim+json', make()));
  }

  private allSchemas(): readonly JsonObject[] {
    return SCHEMAS_SERVED.map((schema) => schemaDocument(schema, this.baseUrl.scim));
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

const SCHEMAS_SERVED = [
  ...RESOURCE_TYPES_SERVED.flatMap(({ schema, extensions }) => [
    schema,
    ...extensions.map((extension) => extension.schema),
  ]),
  ...DISCOVERY_SCHEMAS,
];
const SCHEMA_IDS = SCHEMAS_SERVED.map(({ id }) => id);
const TYPE_IDS = RESOURCE_TYPES_SERVED.map(({ name }) => name);

/** Names and URNs in any case (RFC 7643 §2.1). */
function foundName(names: readonly string[], id: string, kind: string): string {
  const name = names.find((each) => each.toLowerCase() === id.toLowerCase());
  if (name === undefined) throw new ScimError(404, undefined, `There is no such ${kind}.`);
  return name;
}
