import type { MemberResource } from '../domain/member.js';

const texts = new WeakMap<MemberResource, string>();

/** The resource as JSON text, as it is stored and sent: written once, because no resource is ever changed in place. */
export function resourceText(resource: MemberResource): string {
  const known = texts.get(resource);
  if (known !== undefined) return known;
  const text = JSON.stringify(resource);
  texts.set(resource, text);
  return text;
}
