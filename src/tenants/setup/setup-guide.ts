import { IDP_PROFILES, type IdpName } from '../../domain/idp-profile.js';
import type { Guide } from './guide.js';
import { GUIDES } from './guides.js';

/** How one identity provider is set up, for a console or a person to follow. */
export interface SetupGuide extends Guide {
  readonly idp: IdpName;
  readonly title: string;
}

/** What a guide leaves open: `{scimUrl}` and `{connection}` in any of its texts. */
export interface SetupValues {
  readonly scimUrl: string;
  /** Name of the connection. */
  readonly connection: string;
}

/** The guide of an identity provider with the values of one connection. The token is in none: it was shown once. */
export function setupOf(idp: IdpName, values: SetupValues): SetupGuide {
  const { summary, steps, users, groups, notes, sources } = GUIDES[idp];
  const fill = (text: string) =>
    text.replace(/\{(scimUrl|connection)\}/g, (_, name: keyof SetupValues) => values[name]);
  return {
    idp,
    title: IDP_PROFILES[idp].title,
    summary: fill(summary),
    steps: steps.map(({ title, text, fields }) => ({
      title,
      text: fill(text),
      fields: fields.map(({ name, value }) => ({ name, value: fill(value) })),
    })),
    users,
    groups,
    notes: notes.map(fill),
    sources,
  };
}
