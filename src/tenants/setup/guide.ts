/** What to type into a field of the identity provider. */
export interface SetupField {
  /** As the identity provider calls it. */
  readonly name: string;
  readonly value: string;
}

export interface SetupStep {
  readonly title: string;
  /** Sentences. */
  readonly text: string;
  readonly fields: readonly SetupField[];
}

/** One attribute, on both sides. */
export interface MappedAttribute {
  readonly scim: string;
  /** An attribute or an expression of the identity provider. */
  readonly idp: string;
  readonly note: string;
}

/** A guide as it is written down. Its texts may hold `{scimUrl}` and `{connection}`. */
export interface Guide {
  /** What the profile is for. */
  readonly summary: string;
  readonly steps: readonly SetupStep[];
  readonly users: readonly MappedAttribute[];
  readonly groups: readonly MappedAttribute[];
  /** What surprises people. */
  readonly notes: readonly string[];
  /** Where the identity provider tells of it. */
  readonly sources: readonly string[];
}

/** The token is filled in by nobody: only whoever made it has seen it. */
export const TOKEN = 'the access token of the connection {connection}';

export function step(title: string, text: string, fields: Readonly<Record<string, string>> = {}): SetupStep {
  return { title, text, fields: Object.entries(fields).map(([name, value]) => ({ name, value })) };
}

/** Rows of a table: the attribute in SCIM, that of the identity provider, and what there is to say. */
export function mapped(...rows: readonly (readonly [scim: string, idp: string, note?: string])[]): MappedAttribute[] {
  return rows.map(([scim, idp, note = '']) => ({ scim, idp, note }));
}

/** What the connection does not depend on, after all else: who is to be there. */
export const ASSIGN = (where: string) =>
  step(
    'Assign people and groups',
    `${where} Begin with one person and look into the provisioning log of the connection; then assign the others.`,
  );
