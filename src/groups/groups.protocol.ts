import { Injectable } from '@nestjs/common';
import type { Team, TeamAttributes } from '../domain/team.js';
import { projectionOf } from '../http/projection.js';
import type { ScimCall } from '../http/scim-call.js';
import { ScimReply } from '../http/scim-reply.js';
import { ToleranceCounter } from '../http/tolerance-counter.js';
import {
  applyPatch,
  etag,
  GroupType,
  type JsonObject,
  type ListQuery,
  listEnvelope,
  memberValues,
  parseListQuery,
  parsePatch,
  parseResource,
  parseSearchRequest,
  splitMembership,
  URN,
} from '../scim/index.js';
import { GroupResource } from './group.resource.js';
import { GroupsReader } from './groups.reader.js';
import { GroupsService, type Wish } from './groups.service.js';

/** SCIM's words in, SCIM's words out: bodies are parsed here and answers put together, so the services know neither. */
@Injectable()
export class GroupsProtocol {
  constructor(
    private readonly groups: GroupsService,
    private readonly reader: GroupsReader,
    private readonly resource: GroupResource,
    private readonly tolerances: ToleranceCounter,
  ) {}

  async create(call: ScimCall, body: JsonObject): Promise<ScimReply> {
    projectionOf(call, GroupType);
    const resource = this.parse(call, body);
    const team = await this.groups.create(call, attributesOf(resource), memberValues(resource.members));
    const { body: answer, etag, location } = await this.answer(call, team.id);
    return ScimReply.created(answer, { etag, location });
  }

  async read(call: ScimCall, id: string): Promise<ScimReply> {
    const { body, etag, isKnownBy } = await this.answer(call, id);
    if (call.ifNoneMatch !== undefined && isKnownBy(call.ifNoneMatch)) return ScimReply.notModified(etag);
    return ScimReply.ok(body, { etag });
  }

  async list(call: ScimCall): Promise<ScimReply> {
    return this.answerList(call, parseListQuery(call.query, GroupType));
  }

  async search(call: ScimCall, body: JsonObject): Promise<ScimReply> {
    return this.answerList(call, parseSearchRequest(body, GroupType));
  }

  /** A page for a list that holds more than Groups: JSON text with commas between. */
  async page(call: ScimCall, query: ListQuery) {
    const { totalResults, groups } = await this.find(call, query);
    const resources = this.resource.renderAll(groups, query.projection, { head: '', tail: '' });
    return { totalResults, itemsPerPage: groups.length, resources };
  }

  async replace(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply> {
    projectionOf(call, GroupType);
    const resource = this.parse(call, body);
    // Decision 13: without `members` everybody leaves, but for IdPs that send it only when they mean it.
    const keeps = call.connection.profile.putKeepsMembers && !names(body).includes('members');
    await this.groups.change(call, id, {
      attributes: (before) => wishedAttributes(call, before, resource),
      members: keeps ? undefined : { clear: true, add: new Set(memberValues(resource.members)), remove: new Set() },
    });
    return this.changed(call, id);
  }

  /** Decision 12: 204, or 200 when the client says which attributes it wants (RFC 7644 §3.5.2). */
  async patch(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply> {
    projectionOf(call, GroupType);
    const version = await this.groups.change(call, id, this.wishOf(call, body));
    const wantsBody = call.query.attributes !== undefined || call.query.excludedAttributes !== undefined;
    return wantsBody ? this.changed(call, id) : ScimReply.noContent({ etag: etag(version) });
  }

  async remove(call: ScimCall, id: string): Promise<ScimReply> {
    await this.groups.remove(call, id);
    return ScimReply.noContent();
  }

  private wishOf(call: ScimCall, body: JsonObject): Wish {
    const { dialect } = call.connection.profile;
    const { attributes, members } = this.tolerances.collect(call, (used) =>
      splitMembership(parsePatch(body, GroupType, dialect, used), dialect, used),
    );
    if (attributes.length === 0) return { attributes: undefined, members };
    // Asked for later, and perhaps again, when the team is known: so it counts what it tolerates itself.
    const applied = (before: Team) =>
      this.tolerances.collect(call, (used) => {
        const { resource } = applyPatch(resourceOf(before), attributes, GroupType, dialect, used);
        return wishedAttributes(call, before, resource);
      });
    return { attributes: applied, members };
  }

  private async answerList(call: ScimCall, query: ListQuery): Promise<ScimReply> {
    const page = await this.find(call, query);
    const envelope = listEnvelope(page, page.groups.length);
    return ScimReply.ok(this.resource.renderAll(page.groups, query.projection, envelope));
  }

  private find(call: ScimCall, query: ListQuery) {
    const withMembers = this.resource.wantsMembers(query.projection);
    return this.tolerances.collect(call, (used) => this.reader.list(call, query, withMembers, used));
  }

  private async changed(call: ScimCall, id: string): Promise<ScimReply> {
    const { body, etag, location } = await this.answer(call, id);
    return ScimReply.ok(body, { etag, location });
  }

  private async answer(call: ScimCall, id: string) {
    const projection = projectionOf(call, GroupType);
    const group = await this.reader.find(call, id, this.resource.wantsMembers(projection));
    return this.resource.render(group, projection);
  }

  private parse(call: ScimCall, body: JsonObject): JsonObject {
    const { dialect } = call.connection.profile;
    return this.tolerances.collect(call, (used) => parseResource(body, GroupType, dialect, used)).resource;
  }
}

function attributesOf(resource: JsonObject): TeamAttributes {
  return {
    displayName: resource.displayName as string,
    externalId: (resource.externalId as string | undefined) ?? null,
  };
}

/** scim-for-keycloak writes our own id as externalId: not stored. */
function wishedAttributes({ connection }: ScimCall, before: Team, resource: JsonObject): TeamAttributes {
  const wished = attributesOf(resource);
  const isOwnId = connection.profile.ignoreOwnIdAsExternalId && wished.externalId === before.id;
  return isOwnId ? { ...wished, externalId: before.externalId } : wished;
}

/** The stored Group as PATCH sees it: canonical, without id, meta and members. */
function resourceOf({ displayName, externalId }: Team): JsonObject {
  return { schemas: [URN.group], ...(externalId !== null && { externalId }), displayName };
}

function names(body: JsonObject): readonly string[] {
  return Object.keys(body).map((name) => name.toLowerCase());
}
