import { findAttribute, findExtension } from '../attribute-path.js';
import type { FilterOptions } from '../filter/literal.js';
import { findByLegacyUrn, quoted, readElementFilter, readTail } from '../filter/parser.js';
import { TokenReader } from '../filter/token-reader.js';
import type { ResourceType, Schema } from '../schema/model.js';
import { currentUrn } from '../urns.js';
import type { PatchTarget } from './ast.js';

/** What the `path` of an operation names. A path that is nothing but a URN means all attributes of that schema. */
export type PatchPath =
  | { readonly kind: 'target'; readonly target: PatchTarget }
  | { readonly kind: 'extension'; readonly schema: Schema }
  | { readonly kind: 'resource' };

/**
 * Reads `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub`, each with a URN in front or without (RFC 7644 §3.5.2, §3.10).
 * @throws ScimError 400 invalidPath
 */
export function parsePath(text: string, type: ResourceType, options: FilterOptions): PatchPath {
  const reader = new TokenReader(text, 'path');
  const path = readPath(reader, type, options);
  reader.expect('end', 'The end of the path');
  return path;
}

function readPath(reader: TokenReader, type: ResourceType, options: FilterOptions): PatchPath {
  const name = reader.word('An attribute name');
  const ref = findAttribute(type, name.text) ?? findByLegacyUrn([type], name.text, options);
  if (!ref) {
    if (name.text.toLowerCase() === type.schema.id.toLowerCase()) return { kind: 'resource' };
    const urn = options.dialect?.lenient ? currentUrn(name.text, type.schema.id) : undefined;
    if (urn !== undefined) options.tolerances?.add('legacy-urn');
    const schema = findExtension(type, urn ?? name.text);
    if (schema) return { kind: 'extension', schema };
    throw reader.refusal(name, `${quoted(name.text)} is no attribute of ${type.name}`);
  }
  const bracket = reader.peek();
  if (!reader.accept('[')) return { kind: 'target', target: { ref } };
  if (ref.sub || !ref.attribute.multiValued || ref.attribute.type !== 'complex') {
    throw reader.refusal(bracket, `${ref.attribute.name} has no elements to select by a filter`);
  }
  const filter = readElementFilter(reader, ref.attribute, options);
  reader.expect(']', '"]"');
  const sub = readTail(reader, ref.attribute);
  return { kind: 'target', target: { ref: sub ? { ...ref, sub } : ref, filter } };
}
