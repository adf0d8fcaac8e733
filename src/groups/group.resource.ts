import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Team } from '../domain/team.js';
import { BaseUrl } from '../http/base-url.js';
import { fingerprint } from '../http/fingerprint.js';
import type { TeamMember } from '../persistence/teams.repository.js';
import {
  etag,
  GroupType,
  type JsonObject,
  leavesAllBut,
  matches,
  matchesTag,
  metaText,
  type Projection,
  parseEntityTags,
  project,
  URN,
  wants,
} from '../scim/index.js';

/** A team with the first of its members, and the way to the others if there are more. */
export interface TeamWithMembers {
  readonly team: Team;
  readonly members: readonly TeamMember[];
  /** Further members in chunks; undefined when `members` are all. */
  readonly more?: () => AsyncIterable<readonly TeamMember[]>;
}

/** A Group as it is answered. */
export interface RenderedGroup {
  readonly body: string | Readable;
  /** With a fingerprint of the members where they are shown and all at hand. */
  readonly etag: string;
  readonly location: string;
  /**
   * Whether If-None-Match says that the client has this representation. Of members that are still to be read nothing is known, so a
   * streamed group is sent again.
   */
  readonly isKnownBy: (ifNoneMatch: string) => boolean;
}

/**
 * Team ↔ Group, as JSON text in pieces: a group of any size is sent member by member, in the memory of one chunk.
 */
@Injectable()
export class GroupResource {
  constructor(private readonly baseUrl: BaseUrl) {}

  location(id: string): string {
    return `${this.baseUrl.scim}/Groups/${id}`;
  }

  wantsMembers(projection: Projection | undefined): boolean {
    return wants(projection, 'members');
  }

  /** Text where all members are at hand, else a stream. */
  render(group: TeamWithMembers, projection: Projection | undefined): RenderedGroup {
    const { pieces, tag } = this.rendered(group, projection);
    const { version, id } = group.team;
    const streamed = group.more !== undefined;
    const isKnownBy = (ifNoneMatch: string) => {
      if (!this.wantsMembers(projection)) return matches(ifNoneMatch, version);
      return streamed ? parseEntityTags(ifNoneMatch) === '*' : matchesTag(ifNoneMatch, tag);
    };
    return { body: assemble(pieces, streamed), etag: tag, location: this.location(id), isKnownBy };
  }

  /** Several groups inside a message, with commas between. */
  renderAll(
    groups: readonly TeamWithMembers[],
    projection: Projection | undefined,
    { head, tail }: { readonly head: string; readonly tail: string },
  ): string | Readable {
    const pieces = groups.flatMap((group, at) => [
      ...(at > 0 ? [','] : []),
      ...this.rendered(group, projection).pieces,
    ]);
    const streamed = groups.some(({ more }) => more !== undefined);
    return assemble([head, ...pieces, tail], streamed);
  }

  /** A member as the group shows it (RFC 7643 §4.2). */
  element({ scimId, display }: TeamMember): JsonObject {
    return { value: scimId, $ref: `${this.baseUrl.scim}/Users/${scimId}`, display, type: 'User' };
  }

  private rendered(
    group: TeamWithMembers,
    projection: Projection | undefined,
  ): { pieces: readonly Piece[]; tag: string } {
    const { team, members, more } = group;
    const first = members.length === 0 ? '' : this.elements(members, projection);
    const nothingOfThem = first === '' && members.length > 0;
    if (!this.wantsMembers(projection) || nothingOfThem) {
      const tag = etag(team.version);
      return { pieces: [this.envelope(team, tag, projection)], tag };
    }
    const tag = etag(team.version, first === '' || more ? undefined : fingerprint(first));
    const text = this.envelope(team, tag, projection);
    const rest: Piece[] = more ? [() => this.further(more(), projection)] : [];
    return { pieces: [`${text.slice(0, -1)},"members":[${first}`, ...rest, ']}'], tag };
  }

  private async *further(chunks: AsyncIterable<readonly TeamMember[]>, projection: Projection | undefined) {
    for await (const chunk of chunks) yield `,${this.elements(chunk, projection)}`;
  }

  /**
   * All but the members, as JSON text. What people gave is written as JSON, the rest is made by the server. Identity providers leave out
   * the members and nothing else, so most lists are put together without an object for each group.
   */
  private envelope(team: Team, tag: string, projection: Projection | undefined): string {
    const externalId = team.externalId === null ? '' : `,"externalId":${JSON.stringify(team.externalId)}`;
    const meta = metaText('Group', team, { location: this.location(team.id), tag });
    const text = `{"schemas":["${URN.group}"],"displayName":${JSON.stringify(team.displayName)}${externalId},"id":"${team.id}",${meta}}`;
    if (leavesAllBut(projection, 'members')) return text;
    return JSON.stringify(project(JSON.parse(text) as JsonObject, projection, GroupType));
  }

  /** The elements of `members` with commas between. */
  private elements(members: readonly TeamMember[], projection: Projection | undefined): string {
    const elements = members.map((member) => this.element(member));
    const shown = projection ? project({ members: elements }, projection, GroupType).members : elements;
    return shown === undefined ? '' : JSON.stringify(shown).slice(1, -1);
  }
}

/** Text, or text that is still to be fetched. */
type Piece = string | (() => AsyncIterable<string>);

function assemble(pieces: readonly Piece[], streamed: boolean): string | Readable {
  return streamed ? Readable.from(inOrder(pieces)) : pieces.join('');
}

async function* inOrder(pieces: readonly Piece[]): AsyncIterable<string> {
  for (const piece of pieces) {
    if (typeof piece === 'string') yield piece;
    else yield* piece();
  }
}
