import { IDP_NAMES, type IdpName } from '../domain/idp-profile.js';
import { SCOPES, type Scope } from '../domain/service-account.js';
import { Refusal } from './refusal.js';

/** As in host names: letters, digits and dashes, with a letter or digit at both ends. */
export const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** @throws Refusal */
export function slug(text: string): string {
  if (SLUG.test(text)) return text;
  throw new Refusal(`A name has 1 to 63 lower-case letters, digits and dashes inside; "${text}" does not fit.`);
}

/** @throws Refusal */
export function idpName(text: string): IdpName {
  const name = IDP_NAMES.find((known) => known === text);
  if (name) return name;
  throw new Refusal(`"${text}" is no identity provider Muster knows; it knows ${IDP_NAMES.join(', ')}.`);
}

/** @throws Refusal for an unknown scope and for none at all */
export function scopes(texts: readonly string[]): Scope[] {
  const known = texts.map(scope);
  if (known.length > 0) return [...new Set(known)];
  throw new Refusal(`A token needs at least one scope of ${SCOPES.join(', ')}.`);
}

function scope(text: string): Scope {
  const known = SCOPES.find((candidate) => candidate === text);
  if (known) return known;
  throw new Refusal(`"${text}" is not a scope; the scopes are ${SCOPES.join(', ')}.`);
}
