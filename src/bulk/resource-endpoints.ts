import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Scope } from '../domain/service-account.js';
import { GroupsProtocol } from '../groups/groups.protocol.js';
import type { ScimCall } from '../http/scim-call.js';
import type { ScimReply } from '../http/scim-reply.js';
import { GroupType, type JsonObject, type ListQuery, type ResourceType, UserType } from '../scim/index.js';
import { UsersProtocol } from '../users/users.protocol.js';

/** What one resource type can do for requests that are about several. */
interface ResourceProtocol {
  create(call: ScimCall, body: JsonObject): Promise<ScimReply>;
  replace(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply>;
  patch(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply>;
  remove(call: ScimCall, id: string): Promise<ScimReply>;
  page(call: ScimCall, query: ListQuery): Promise<ResourcePage>;
}

/** A page of resources of one type, as JSON text with commas between. */
export interface ResourcePage {
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly resources: string | Readable;
}

export interface ResourceEndpoint {
  readonly type: ResourceType;
  readonly protocol: ResourceProtocol;
  readonly readScope: Scope;
  readonly writeScope: Scope;
}

/** Every resource type with its protocol: the same rules, events and tolerances as at its own endpoint. */
@Injectable()
export class ResourceEndpoints {
  readonly all: readonly ResourceEndpoint[];

  constructor(users: UsersProtocol, groups: GroupsProtocol) {
    this.all = [
      { type: UserType, protocol: users, readScope: 'members:read', writeScope: 'members:write' },
      { type: GroupType, protocol: groups, readScope: 'teams:read', writeScope: 'teams:write' },
    ];
  }

  get types(): readonly ResourceType[] {
    return this.all.map(({ type }) => type);
  }

  of(type: ResourceType): ResourceEndpoint {
    const found = this.all.find((endpoint) => endpoint.type === type);
    if (!found) throw new Error(`${type.name} has no protocol`);
    return found;
  }
}
