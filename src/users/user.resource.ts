import { Injectable } from '@nestjs/common';
import type { Member } from '../domain/member.js';
import { BaseUrl } from '../http/base-url.js';
import type { StoredUser } from '../persistence/member-rows.js';
import { resourceText } from '../persistence/resource-text.js';
import { type JsonObject, metaText, type Projection, project, UserType } from '../scim/index.js';

/**
 * Member ↔ User. A User is the stored resource with `id` and `meta` behind it; without a projection it is put together as
 * text, so that a stored resource is never parsed on its way to an IdP.
 */
@Injectable()
export class UserResource {
  constructor(private readonly baseUrl: BaseUrl) {}

  location(scimId: string): string {
    return `${this.baseUrl.scim}/Users/${scimId}`;
  }

  /** JSON text. Everything interpolated is made by the server: ids, times, numbers. */
  render(user: StoredUser, projection: Projection | undefined): string {
    const meta = metaText('User', user, this.location(user.scimId));
    const text = `${user.json.slice(0, -1)}${this.groups(user)},"id":"${user.scimId}",${meta}}`;
    return projection ? JSON.stringify(project(JSON.parse(text) as JsonObject, projection, UserType)) : text;
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
