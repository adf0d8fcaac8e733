import { Injectable } from '@nestjs/common';
import { projectionOf } from '../http/projection.js';
import type { ScimCall } from '../http/scim-call.js';
import { ScimReply } from '../http/scim-reply.js';
import { ToleranceCounter } from '../http/tolerance-counter.js';
import type { StoredUser } from '../persistence/member-rows.js';
import {
  applyPatch,
  type JsonObject,
  type ListQuery,
  listResponseText,
  type Projection,
  parseListQuery,
  parsePatch,
  parseResource,
  parseSearchRequest,
  type Tolerances,
  UserType,
} from '../scim/index.js';
import { storedUser, UserResource } from './user.resource.js';
import { UsersReader } from './users.reader.js';
import { UsersService } from './users.service.js';

/** SCIM's words in, SCIM's words out: bodies are parsed here and answers put together, so the services know neither. */
@Injectable()
export class UsersProtocol {
  constructor(
    private readonly users: UsersService,
    private readonly reader: UsersReader,
    private readonly resource: UserResource,
    private readonly tolerances: ToleranceCounter,
  ) {}

  async create(call: ScimCall, body: JsonObject): Promise<ScimReply> {
    const projection = projectionOf(call, UserType);
    const { resource } = this.tolerances.collect(call, (used) => parseResource(body, UserType, dialectOf(call), used));
    const user = storedUser(await this.users.create(call, resource));
    const { body: text, etag, location } = this.resource.render(user, projection);
    return ScimReply.created(text, { etag, location });
  }

  async read(call: ScimCall, id: string): Promise<ScimReply> {
    const projection = projectionOf(call, UserType);
    const user = await this.reader.find(call, id);
    const { body, etag, isKnownBy } = this.resource.render(user, projection);
    if (call.ifNoneMatch !== undefined && isKnownBy(call.ifNoneMatch)) return ScimReply.notModified(etag);
    return ScimReply.ok(body, { etag });
  }

  async list(call: ScimCall): Promise<ScimReply> {
    return this.answerList(call, parseListQuery(call.query, UserType));
  }

  async search(call: ScimCall, body: JsonObject): Promise<ScimReply> {
    return this.answerList(call, parseSearchRequest(body, UserType));
  }

  /** A page for a list that holds more than Users: JSON text with commas between. */
  async page(call: ScimCall, query: ListQuery) {
    const { totalResults, texts } = await this.find(call, query);
    return { totalResults, itemsPerPage: texts.length, resources: texts.join(',') };
  }

  async replace(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply> {
    const projection = projectionOf(call, UserType);
    const { resource } = this.tolerances.collect(call, (used) => parseResource(body, UserType, dialectOf(call), used));
    return this.changed(storedUser(await this.users.change(call, id, () => resource)), projection);
  }

  async patch(call: ScimCall, id: string, body: JsonObject): Promise<ScimReply> {
    const projection = projectionOf(call, UserType);
    const dialect = dialectOf(call);
    const operations = this.tolerances.collect(call, (parsed) => parsePatch(body, UserType, dialect, parsed));
    // It may be asked more than once for one request, which counts as one.
    const used: Tolerances = new Set();
    const member = await this.users.change(
      call,
      id,
      (before) => applyPatch(before.resource, operations, UserType, dialect, used).resource,
    );
    this.tolerances.count(call, used);
    return this.changed(storedUser(member), projection);
  }

  async remove(call: ScimCall, id: string): Promise<ScimReply> {
    await this.users.remove(call, id);
    return ScimReply.noContent();
  }

  private async answerList(call: ScimCall, query: ListQuery): Promise<ScimReply> {
    const page = await this.find(call, query);
    return ScimReply.ok(listResponseText(page, page.texts));
  }

  private async find(call: ScimCall, query: ListQuery) {
    const page = await this.tolerances.collect(call, (used) => this.reader.list(call, query, used));
    return { ...page, texts: page.users.map((user) => this.resource.render(user, query.projection).body) };
  }

  private changed(user: StoredUser, projection: Projection | undefined): ScimReply {
    const { body, etag, location } = this.resource.render(user, projection);
    return ScimReply.ok(body, { etag, location });
  }
}

function dialectOf({ connection }: ScimCall) {
  return connection.profile.dialect;
}
