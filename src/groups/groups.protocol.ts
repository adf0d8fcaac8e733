import { Injectable } from '@nestjs/common';
import { inSteps } from '../config/in-steps.js';
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
  parseGroup,
  parseListQuery,
  parsePatchInSteps,
  parseSearchRequest,
  readMembers,
  readMembership,
  splitMembership,
  type Tolerances,
  URN,
} from '../scim/index.js';
import { GroupResource } from './group.resource.js';
import { GroupsReader } from './groups.reader.js';
import { GroupsService, type Wish } from './groups.service.js';
import { membershipUpdate } from './member-searches.js';

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
    const { attributes, ids } = await this.parse(call, body);
    const team = await this.groups.create(call, attributes, ids ?? []);
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
    const { attributes, ids } = await this.parse(call, body);
    // Decision 13: without `members` everybody leaves, but for IdPs that send it only when they mean it.
    const keeps = call.connection.profile.putKeepsMembers && ids === undefined;
    await this.groups.change(call, id, {
      attributes: (before) => wishedAttributes(call, before, attributes),
      members: keeps ? undefined : { clear: true, add: new Set(ids), remove: new Set() },
    });
    return this.changed(call, id);
  }

  /** Decision 12: 204, or 200 when the client says which attributes it wants (RFC 7644 §3.5.2). */
  async patch(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply> {
    projectionOf(call, GroupType);
    const version = await this.groups.change(call, id, await this.wishOf(call, body));
    const wantsBody = call.query.attributes !== undefined || call.query.excludedAttributes !== undefined;
    return wantsBody ? this.changed(call, id) : ScimReply.noContent({ etag: etag(version) });
  }

  async remove(call: ScimCall, id: string): Promise<ScimReply> {
    await this.groups.remove(call, id);
    return ScimReply.noContent();
  }

  private async wishOf(call: ScimCall, body: JsonObject): Promise<Wish> {
    const { dialect } = call.connection.profile;
    const used: Tolerances = new Set();
    const { attributes, members } = splitMembership(await inSteps(parsePatchInSteps(body, GroupType, dialect, used)));
    const steps = await inSteps(readMembership(members, dialect, used));
    this.tolerances.count(call, used);
    const change =
      steps.length === 0 ? undefined : await membershipUpdate(steps, (member) => this.resource.element(member));
    if (attributes.length === 0) return { attributes: undefined, members: change };
    // Asked for later, and perhaps again, when the team is known: so it counts what it tolerates itself.
    const applied = (before: Team) =>
      this.tolerances.collect(call, (tolerated) => {
        const { resource } = applyPatch(resourceOf(before), attributes, GroupType, dialect, tolerated);
        return wishedAttributes(call, before, attributesOf(resource));
      });
    return { attributes: applied, members: change };
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

  /** `ids` is undefined when the body does not speak of members. */
  private async parse(call: ScimCall, body: JsonObject) {
    const { dialect } = call.connection.profile;
    const used: Tolerances = new Set();
    const { resource, members } = parseGroup(body, dialect, used);
    const ids = members === undefined ? undefined : await inSteps(readMembers(members, dialect, used));
    this.tolerances.count(call, used);
    return { attributes: attributesOf(resource), ids };
  }
}

function attributesOf(resource: JsonObject): TeamAttributes {
  return {
    displayName: resource.displayName as string,
    externalId: (resource.externalId as string | undefined) ?? null,
  };
}

/** scim-for-keycloak writes our own id as externalId: not stored. */
function wishedAttributes({ connection }: ScimCall, before: Team, wished: TeamAttributes): TeamAttributes {
  const isOwnId = connection.profile.ignoreOwnIdAsExternalId && wished.externalId === before.id;
  return isOwnId ? { ...wished, externalId: before.externalId } : wished;
}

/** The stored Group as PATCH sees it: canonical, without id, meta and members. */
function resourceOf({ displayName, externalId }: Team): JsonObject {
  return { schemas: [URN.group], ...(externalId !== null && { externalId }), displayName };
}
