import { comparisonKey, findAttribute, GroupType } from '../scim/index.js';

/** The slot of a name that only one team of the tenant has; a team that shares its name has its own id there. */
export const ONE_NAME_ONLY = '00000000-0000-0000-0000-000000000000';

/** What team names are compared by: in filters, in uniqueness and in the order of lists. */
export function teamNameKey(displayName: string): string {
  return attribute ? comparisonKey(attribute, displayName) : displayName;
}
const { attribute } = findAttribute(GroupType, 'displayName') ?? {};
