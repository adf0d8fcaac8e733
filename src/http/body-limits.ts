import type { LimitName } from '../config/limits.js';
import { MANAGEMENT_PATH } from './management-path.js';
import { SCIM_PATH } from './scim-path.js';

/** The first that fits decides; paths that are not listed take forms or nothing. */
const BY_PATH: readonly (readonly [pattern: RegExp, limit: LimitName])[] = [
  [new RegExp(`^/${SCIM_PATH}(/\\w+)?/\\.search$`), 'searchBodyBytes'],
  [new RegExp(`^/${SCIM_PATH}/Users(/|$)`), 'userBodyBytes'],
  [new RegExp(`^/${SCIM_PATH}/Groups(/|$)`), 'requestBodyBytes'],
  [new RegExp(`^/${SCIM_PATH}/Bulk$`), 'bulkPayloadBytes'],
  [new RegExp(`^/${MANAGEMENT_PATH}/`), 'managementBodyBytes'],
];

/**
 * The limit of the bodies of a route.
 * @param pattern of the route, such as `/scim/v2/Users/:id`
 */
export function bodyLimitOf(pattern: string): LimitName {
  return BY_PATH.find(([path]) => path.test(pattern))?.[1] ?? 'formBytes';
}
