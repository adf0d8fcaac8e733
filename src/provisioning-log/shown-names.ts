import { type Attribute, COMMON_ATTRIBUTES, SCHEMAS, SCIM_LIMITS } from '../scim/index.js';

/** Names of messages (RFC 7644 §3.5.2, §3.7, §3.4.3, RFC 9865). */
const MESSAGE_NAMES = [
  ...['schemas', 'Operations', 'op', 'path', 'value', 'method', 'bulkId', 'version', 'data', 'failOnErrors'],
  ...['filter', 'attributes', 'excludedAttributes', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', '$ref'],
];

/** Shown neither in answers nor here; the certificates because nobody needs them to understand a failure. */
const NEVER_SHOWN = new Set(['x509certificates']);

const NAMES: ReadonlySet<string> = new Set(
  [
    ...MESSAGE_NAMES,
    ...[...COMMON_ATTRIBUTES, ...SCHEMAS.flatMap(({ attributes }) => attributes)].filter(isShown).flatMap(namesOf),
  ].map((name) => name.toLowerCase()),
);
const URNS: readonly string[] = SCHEMAS.map(({ id }) => id.toLowerCase());

/** With a value filter or without: `emails[type eq "work"].value`, `name.givenName`. */
const PATH = /^([a-z$][\w$-]*)(\[.*\])?(?:\.([a-z$][\w$-]*))?$/is;

/**
 * Whether a name of a request body is an attribute of a schema that this server has, or a member of a message: what an identity
 * provider puts under any other name may be a secret.
 * @param text a name or an attribute path, with the URN of its schema or without
 */
export function isKnownName(text: string): boolean {
  const lower = text.toLowerCase();
  const urn = URNS.find((each) => lower === each || lower.startsWith(`${each}:`));
  if (urn === lower) return true;
  const [, attribute, filter, sub] = PATH.exec(urn === undefined ? lower : lower.slice(urn.length + 1)) ?? [];
  if (attribute === undefined) return false;
  return (
    NAMES.has(attribute) && (sub === undefined || NAMES.has(sub)) && (!filter || isKnownFilter(filter.slice(1, -1)))
  );
}

/** A name is tried from its beginning only: from every character on, a long one would cost its square. */
const COMPARISON =
  /(?<![\w$:.-])([a-z$][\w$:.-]*) +(?:(?:eq|ne|co|sw|ew|gt|ge|lt|le) +(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)|pr\b)/gi;
const CONNECTIVES = /\b(?:and|or|not)\b|[\s()[\]]/gi;

/** Whether a filter consists of comparisons of known names and nothing else. */
export function isKnownFilter(filter: string): boolean {
  // It was refused for its length, so nothing in it needs to be seen.
  if (filter.length > SCIM_LIMITS.filterCharacters.value) return false;
  const names = [...filter.matchAll(COMPARISON)].map(([, name = '']) => name);
  const rest = filter.replace(COMPARISON, '').replace(CONNECTIVES, '');
  return rest === '' && names.every(isKnownName);
}

function isShown({ name, returned }: Attribute): boolean {
  return returned !== 'never' && !NEVER_SHOWN.has(name.toLowerCase());
}

function namesOf({ name, subAttributes = [] }: Attribute): readonly string[] {
  return [name, ...subAttributes.filter(isShown).map((sub) => sub.name)];
}
