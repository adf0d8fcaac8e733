/** The door of the SCIM engine: others import this file and nothing behind it. */
export { complexDefault, findAttribute, findExtension, findSubAttribute, pathText } from './attribute-path.js';
export { foldCase } from './case-folding.js';
export { compareCodePoints, comparisonKey, prefixUpperBound } from './comparison.js';
export { type Dialect, LENIENT, STRICT, type Tolerance, type Tolerances } from './dialect.js';
export type { CompareOp, ElementFilter, Filter, Literal } from './filter/ast.js';
export { evaluate, evaluateElement } from './filter/evaluate.js';
export type { FilterOptions } from './filter/literal.js';
export { parseFilter } from './filter/parser.js';
export { printFilter } from './filter/printer.js';
export { type SortKey, sortToSql } from './filter/sort-sql.js';
export { filterToSql } from './filter/sql.js';
export type { Column, FilterColumns } from './filter/sql-columns.js';
export type { Bind } from './filter/sql-terms.js';
export { isList, isObject, type Json, type JsonObject } from './json.js';
export { SCIM_LIMITS } from './limits.js';
export {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  type BulkTask,
  bulkResponse,
  parseBulkRequest,
} from './messages/bulk.js';
export { type BulkStep, planBulk } from './messages/bulk-plan.js';
export { bulkIdIn, bulkIdsIn, resolveBulkIds, type SplitResource, splitByBulkIds } from './messages/bulk-references.js';
export { type CursorPayload, type CursorScope, decodeCursor, encodeCursor, type Sign } from './messages/cursor.js';
export {
  type ListQuery,
  listResponse,
  PAGE_SIZES,
  type Page,
  type PageSizes,
  parseListQuery,
  parseSearchRequest,
} from './messages/list.js';
export { listEnvelope, listResponseText } from './messages/list-text.js';
export { applyPatch, type Patched } from './patch/apply.js';
export type { PatchOperation, PatchTarget } from './patch/ast.js';
export { idKey, type ParsedGroup, parseGroup, readMembers } from './patch/member-values.js';
export {
  foldMembership,
  foldWithoutSearch,
  type MemberSearch,
  type MembershipDelta,
  type MembershipStep,
  readMembership,
  selectMembers,
  splitMembership,
} from './patch/membership.js';
export { parsePatch, parsePatchInSteps } from './patch/parser.js';
export { userNameKey } from './precis.js';
export { coerceAttribute, coerceElement, coerceSub } from './resource/coerce.js';
export { absoluteReferences } from './resource/derived-reference.js';
export { diff, type ResourceDiff } from './resource/diff.js';
export { etag, matches, matchesTag, parseEntityTags } from './resource/etag.js';
export { finishResource } from './resource/finish.js';
export { metaText } from './resource/meta-text.js';
export { type ParsedResource, parseResource } from './resource/parse.js';
export { leavesAllBut, type NameList, type Projection, parseProjection, project, wants } from './resource/project.js';
export { COMMON_ATTRIBUTES } from './schema/common-attributes.js';
export {
  type AuthenticationScheme,
  resourceTypeDocument,
  SCHEMAS,
  type ServiceProviderFeatures,
  schemaDocument,
  serviceProviderConfig,
} from './schema/discovery.js';
export { DISCOVERY_SCHEMAS } from './schema/discovery.schemas.js';
export type { Attribute, AttributeRef, ResourceType, Schema } from './schema/model.js';
export { GroupType, RESOURCE_TYPES, UserType } from './schema/resource-types.js';
export { badRequest, ScimError, type ScimErrorBody, type ScimType } from './scim-error.js';
export { finishSteps, type Steps } from './steps.js';
export { TOLERANCES, type ToleranceRow, type WireSample } from './tolerances.js';
export { URN } from './urns.js';
