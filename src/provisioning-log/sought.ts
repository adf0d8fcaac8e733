import { type AskedRequest, attributeOf, memberOf } from './asked-request.js';

/** Whom a filter looks for: by one attribute that tells people or groups apart. */
export interface Sought {
  /** In lower case. */
  readonly attribute: string;
  readonly value: string;
}

/** What is longer looks for more than one, or is no name of anybody. */
const LONGEST = 512;

/**
 * `userName eq "x"`, `emails[type eq "work"].value eq "x"`, and `externalId eq x` as Entra ID's documentation has it. It is read by
 * its form alone: the filter was parsed, and refused if it is none, where the list was made.
 */
const ONE_VALUE = /^([a-z][\w.:-]*(?:\[[^\]]*\](?:\.\w+)?)?) eq (?:"([^"]*)"|([^\s"]+))$/i;
const IDENTIFYING = ['username', 'externalid', 'displayname', 'emails', 'id'];

/** The filter of a list or a search request; undefined where there is none. */
export function filterOf({ method, query, body }: AskedRequest): string | undefined {
  const filter = method === 'POST' ? memberOf(body, 'filter') : query.filter;
  return typeof filter === 'string' && filter !== '' ? filter : undefined;
}

export function soughtBy(filter: string): Sought | undefined {
  if (filter.length > LONGEST) return undefined;
  const [, path, quoted, bare] = ONE_VALUE.exec(filter.trim()) ?? [];
  if (path === undefined) return undefined;
  const attribute = attributeOf(path);
  return IDENTIFYING.includes(attribute) ? { attribute, value: quoted ?? bare ?? '' } : undefined;
}
