import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Team } from '../domain/team.js';
import { BaseUrl } from '../http/base-url.js';
import type { TeamMember } from '../persistence/teams.repository.js';
import {
  GroupType,
  type JsonObject,
  leavesAllBut,
  metaText,
  type Projection,
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
  render(group: TeamWithMembers, projection: Projection | undefined): string | Readable {
    return assemble(this.pieces(group, projection), group.more !== undefined);
  }

  /** Several groups inside a message, with commas between. */
  renderAll(
    groups: readonly TeamWithMembers[],
    projection: Projection | undefined,
    { head, tail }: { readonly head: string; readonly tail: string },
  ): string | Readable {
    const pieces = groups.flatMap((group, at) => [...(at > 0 ? [','] : []), ...this.pieces(group, projection)]);
    const streamed = groups.some(({ more }) => more !== undefined);
    return assemble([head, ...pieces, tail], streamed);
  }

  private pieces(group: TeamWithMembers, projection: Projection | undefined): readonly Piece[] {
    const { team, members, more } = group;
    const text = this.envelope(team, projection);
    if (!this.wantsMembers(projection) || members.length === 0) return [text];
    const first = this.elements(members, projection);
    const rest: Piece[] = more ? [() => this.further(more(), projection)] : [];
    return [`${text.slice(0, -1)},"members":[${first}`, ...rest, ']}'];
  }

  private async *further(chunks: AsyncIterable<readonly TeamMember[]>, projection: Projection | undefined) {
    for await (const chunk of chunks) yield `,${this.elements(chunk, projection)}`;
  }

  /**
   * All but the members, as JSON text. What people gave is written as JSON, the rest is made by the server. Identity providers leave out
   * the members and nothing else, so most lists are put together without an object for each group.
   */
  private envelope(team: Team, projection: Projection | undefined): string {
    const externalId = team.externalId === null ? '' : `,"externalId":${JSON.stringify(team.externalId)}`;
    const meta = metaText('Group', team, this.location(team.id));
    const text = `{"schemas":["${URN.group}"],"displayName":${JSON.stringify(team.displayName)}${externalId},"id":"${team.id}",${meta}}`;
    if (leavesAllBut(projection, 'members')) return text;
    return JSON.stringify(project(JSON.parse(text) as JsonObject, projection, GroupType));
  }

  /** The elements of `members` with commas between (RFC 7643 §4.2). */
  private elements(members: readonly TeamMember[], projection: Projection | undefined): string {
    const elements = members.map(({ scimId, display }) => ({
      value: scimId,
      $ref: `${this.baseUrl.scim}/Users/${scimId}`,
      display,
      type: 'User',
    }));
    const shown = projection ? project({ members: elements }, projection, GroupType).members : elements;
    return JSON.stringify(shown).slice(1, -1);
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
