import { setImmediate } from 'node:timers/promises';
import { inSteps } from '../config/in-steps.js';
import type { TeamMember, TeamsRepository } from '../persistence/teams.repository.js';
import {
  foldMembership,
  foldWithoutSearch,
  type JsonObject,
  type MemberSearch,
  type MembershipDelta,
  type MembershipStep,
  selectMembers,
} from '../scim/index.js';

/** Members that are read at once while a group is searched. */
const CHUNK = 1000;

/** What a request makes of the members: known at once, or only from the group as it is. */
export type MembershipUpdate = MembershipDelta | MembershipLookup;
export type MembershipLookup = (teams: TeamsRepository, teamId: string) => Promise<MembershipDelta>;

/** @param elementOf a member as the group shows it, which is what filters ask for */
export async function membershipUpdate(
  steps: readonly MembershipStep[],
  elementOf: (member: TeamMember) => JsonObject,
): Promise<MembershipUpdate> {
  const delta = await inSteps(foldWithoutSearch(steps));
  if (delta) return delta;
  return async (teams, teamId) => {
    const folding = foldMembership(steps);
    for (let step = folding.next(); ; ) {
      if (step.done) return step.value;
      const search = step.value;
      if (search) step = folding.next(await found(search, teams, teamId, elementOf));
      else {
        await setImmediate();
        step = folding.next();
      }
    }
  };
}

/** At the cost of the members that the filter names, or else of one reading of the group. */
async function found(
  { selection, cleared, joined }: MemberSearch,
  teams: TeamsRepository,
  teamId: string,
  elementOf: (member: TeamMember) => JsonObject,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const ask = async (members: readonly TeamMember[]) => {
    ids.push(...(await inSteps(selectMembers(members.map(elementOf), selection.filter))));
  };
  for (const chunk of chunksOf([...(selection.named ?? joined)])) await ask(await teams.named(chunk));
  if (selection.named || cleared) return ids;
  for await (const chunk of teams.allMembersOf(teamId, CHUNK)) await ask(chunk);
  return ids;
}

function* chunksOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let from = 0; from < ids.length; from += CHUNK) yield ids.slice(from, from + CHUNK);
}
