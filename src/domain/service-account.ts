/** Scopes of decisions 3. A write scope implies the read scope of the same noun; `tenant:admin` implies all of its tenant. */
export const SCOPES = [
  'members:read',
  'members:write',
  'teams:read',
  'teams:write',
  'events:read',
  'audit:read',
  'webhooks:write',
  'tenant:read',
  'tenant:admin',
  'platform:admin',
] as const;
export type Scope = (typeof SCOPES)[number];

const IMPLIED: Partial<Record<Scope, readonly Scope[]>> = {
  'members:write': ['members:read'],
  'teams:write': ['teams:read'],
  'tenant:admin': SCOPES.filter((scope) => scope !== 'platform:admin'),
};

/** Whether a holder of `held` may do what `wanted` allows. */
export function grants(held: readonly Scope[], wanted: Scope): boolean {
  return held.some((scope) => scope === wanted || IMPLIED[scope]?.includes(wanted));
}

export interface ServiceAccount {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}
