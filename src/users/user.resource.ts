import { Injectable } from '@nestjs/common';
import type { Member } from '../domain/member.js';
import { BaseUrl } from '../http/base-url.js';
import { fingerprint } from '../http/fingerprint.js';
import type { StoredUser } from '../persistence/member-rows.js';
import { resourceText } from '../persistence/resource-text.js';
import {
  absoluteReferences,
  etag,
  type JsonObject,
  matches,
  matchesTag,
  metaText,
  type Projection,
  project,
  UserType,
  wants,
} from '../scim/index.js';

/** A User as it is answered: JSON text and its entity-tag. */
export interface RenderedUser {
  readonly body: string;
  /** With a fingerprint of the groups where there are any, whatever is asked for. */
  readonly etag: string;
  readonly location: string;
  /** Whether If-None-Match says that the client has this representation. Without the groups, the version tells all that is shown. */
  readonly isKnownBy: (ifNoneMatch: string) => boolean;
}

/**
 * Member ↔ User. A User is the stored resource with `id` and `meta` behind it; without a projection it is put together as
 * text, so that a stored resource is never parsed on its way to an IdP.
 */
@Injectable()
export class UserResource {
  constructor(private readonly baseUrl: BaseUrl) {}

  /** Everything interpolated is made by the server: ids, times, numbers. */
  render(user: StoredUser, projection: Projection | undefined): RenderedUser {
    const groups = this.groups(user);
    const tag = etag(user.version, groups === '' ? undefined : fingerprint(groups));
    const location = `${this.baseUrl.scim}/Users/${user.scimId}`;
    const meta = metaText('User', user, { location, tag });
    const stored = absoluteReferences(user.json, this.baseUrl.scim).slice(0, -1);
    const text = `${stored}${groups},"id":"${user.scimId}",${meta}}`;
    const body = projection ? JSON.stringify(project(JSON.parse(text) as JsonObject, projection, UserType)) : text;
    const isKnownBy = (ifNoneMatch: string) =>
      wants(projection, 'groups') ? matchesTag(ifNoneMatch, tag) : matches(ifNoneMatch, user.version);
    return { body, etag: tag, location, isKnownBy };
  }

  /** RFC 7643 §4.1.2; the names come from people, so they are written as JSON. */
  private groups({ teams }: StoredUser): string {
    if (teams.length === 0) return '';
    const groups = teams.map(({ id, displayName }) => ({
      value: id,
      $ref: `${this.baseUrl.scim}/Groups/${id}`,
      display: displayName,
      type: 'direct',
    }));
    return `,"groups":${JSON.stringify(groups)}`;
  }
}

/** A member that is on the wire, as it would be read back. */
export function storedUser(member: Member): StoredUser {
  return {
    scimId: member.scimId ?? '',
    version: member.version,
    createdAt: member.createdAt,
    updatedAt: member.updatedAt,
    json: resourceText(member.resource),
    teams: member.teams,
  };
}
