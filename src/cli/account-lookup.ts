import type { ServiceAccountsService } from '../auth/accounts/service-accounts.service.js';
import type { ServiceAccount } from '../domain/service-account.js';
import type { TokenSummary } from '../persistence/access-tokens.repository.js';
import { LIFETIME, lifetimeOf } from '../tenants/lifetime.js';
import { Refusal } from '../tenants/refusal.js';

/** More than a tenant has. */
const ALL = 1000;
const LONGEST_OVERLAP_MS = 7 * 86_400_000;

export const DEFAULT_OVERLAP = '24h';

export async function accountsOf(
  accounts: ServiceAccountsService,
  tenantId: string,
): Promise<readonly ServiceAccount[]> {
  return (await accounts.list({ tenantId }, { limit: ALL })).items;
}

/** @throws Refusal when there is none, or several answer to the name */
export async function accountNamed(
  accounts: ServiceAccountsService,
  tenantId: string,
  nameOrId: string,
): Promise<ServiceAccount> {
  const all = await accountsOf(accounts, tenantId);
  const [account, ...others] = all.filter(({ id, name }) => [id, name].includes(nameOrId));
  if (!account) throw new Refusal(`The tenant has no service account ${nameOrId}.`);
  if (others.length > 0)
    throw new Refusal(`Several service accounts are called ${nameOrId}; give the id of one of them.`);
  return account;
}

/** What lists show of something that has a secret. */
interface Listed {
  readonly id: string;
  readonly prefix: string;
}

/**
 * @param what such as `token`
 * @throws Refusal when there is none, or several begin so
 */
export function listedAs<T extends Listed>(all: readonly T[], what: string, idOrPrefix: string): T {
  const [found, ...others] = all.filter(({ id, prefix }) => id === idOrPrefix || prefix === idOrPrefix);
  if (!found) throw new Refusal(`There is no ${what} with the id or prefix "${idOrPrefix}".`);
  if (others.length > 0) throw new Refusal(`Several ${what}s begin with ${idOrPrefix}; give the id of one of them.`);
  return found;
}

/** Milliseconds of `24h` or `0`. @throws Refusal */
export function overlapOf(text: string): number {
  if (text === '0') return 0;
  const milliseconds = LIFETIME.test(text) ? lifetimeOf(text) : Number.NaN;
  if (milliseconds <= LONGEST_OVERLAP_MS) return milliseconds;
  throw new Refusal(
    `Old and new overlap for 0 (not at all), or a time such as 30m or 24h, at most 7d; "${text}" is none.`,
  );
}

/** Texts with commas between them. */
export function listIn(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** When it ends, was used last and was revoked, as cells of a table. */
export function timesOf(token: Pick<TokenSummary, 'expiresAt' | 'lastUsedAt' | 'revokedAt'>): string[] {
  return [token.expiresAt, token.lastUsedAt ?? '-', token.revokedAt ?? '-'];
}
