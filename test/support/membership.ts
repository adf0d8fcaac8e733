import {
  type Dialect,
  finishSteps,
  foldWithoutSearch,
  GroupType,
  type MembershipDelta,
  parsePatch,
  readMembership,
  splitMembership,
  type Tolerances,
  URN,
} from '../../src/scim/index.js';

/** What the operations of a PATCH come to that needs no look at the group; undefined when none is about members. */
export function membershipOf(
  operations: readonly object[],
  dialect: Dialect,
  used: Tolerances = new Set(),
): MembershipDelta | undefined {
  const body = { schemas: [URN.patchOp], Operations: operations } as never;
  const { members } = splitMembership(parsePatch(body, GroupType, dialect, used));
  if (members.length === 0) return undefined;
  return finishSteps(foldWithoutSearch(finishSteps(readMembership(members, dialect, used))));
}
