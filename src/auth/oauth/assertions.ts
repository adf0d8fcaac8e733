import { hash } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import type { FederatedIdentity } from '../../domain/credentials.js';
import type { OAuthClient, OAuthClientsRepository, UsedAssertion } from '../../persistence/oauth-clients.repository.js';
import { type Expectation, TOLERANCE_S, verifiedClaims } from './assertion-claims.js';
import { ClientRefused } from './client-refused.js';
import type { KeySets, KeySource } from './key-sets.js';

/** Longest time ahead at which an assertion may expire: of a client's own, and of another issuer's. */
const LONGEST_OWN_S = 3600;
const LONGEST_OTHER_S = 24 * 3600;
const LONGEST_TEXT = 16 * 1024;

/** An assertion that was found good; it still may have been used before. */
export interface GoodAssertion {
  readonly issuer: string;
  /** Null: the client signed it itself. */
  readonly identityId: string | null;
  readonly used: UsedAssertion;
}

interface Trust {
  readonly source: KeySource;
  readonly identityId: string | null;
  readonly expected: Expectation;
}

/** Who is meant, as far as an assertion says it that nobody has verified. */
export function claimedClient(assertion: string): string | undefined {
  return unverified(assertion)?.sub;
}

/** Assertions of clients (RFC 7523): signed by themselves, or by an issuer that a client's account trusts. */
export class Assertions {
  constructor(
    private readonly clients: OAuthClientsRepository,
    private readonly keys: KeySets,
  ) {}

  /**
   * @param ours what the token endpoint is called
   * @throws ClientRefused
   * @throws NoDocument while the keys cannot be had
   */
  async verify(client: OAuthClient, assertion: string, ours: readonly string[], now: Date): Promise<GoodAssertion> {
    const claims = unverified(assertion);
    const trust = claims && (await this.trust(client, claims, ours));
    if (!trust) throw new ClientRefused(client, 'wrong_assertion');
    const result = await verifiedClaims(
      assertion,
      this.keys.keysOf(client.tenantId, trust.source),
      trust.expected,
      now,
    );
    if ('refused' in result) throw new ClientRefused(client, 'wrong_assertion', result.refused);
    const { iss, exp } = result.claims;
    const expiresAt = new Date((exp + TOLERANCE_S) * 1000);
    const used = { digest: uniqueDigest(assertion, result.claims), expiresAt };
    return { issuer: iss, identityId: trust.identityId, used };
  }

  /** Which keys and which claims would make it good. */
  private async trust(
    client: OAuthClient,
    { iss, sub, aud }: JWTPayload,
    ours: readonly string[],
  ): Promise<Trust | undefined> {
    if (iss === undefined) return undefined;
    if (iss === client.id) return ownTrust(client, ours);
    const audiences = [aud ?? []].flat();
    const identities = await this.clients.identities(client, iss);
    const identity = identities.find(({ subject, audience }) => subject === sub && audiences.includes(audience));
    return identity && otherTrust(identity);
  }
}

/** Meant for nobody else: another server that it was sent to could use it here. */
function ownTrust({ id, jwks, jwksUri }: OAuthClient, ours: readonly string[]): Trust | undefined {
  const expected = { issuer: id, subject: id, audience: ours, alone: true, longest: LONGEST_OWN_S };
  if (jwks) return { source: { jwks }, identityId: null, expected };
  return jwksUri === null ? undefined : { source: { uri: jwksUri }, identityId: null, expected };
}

function otherTrust({ id, issuer, subject, audience, jwks, jwksUri }: FederatedIdentity): Trust {
  const source = jwks ? { jwks } : jwksUri === null ? { issuer } : { uri: jwksUri };
  const expected = { issuer, subject, audience: [audience], alone: false, longest: LONGEST_OTHER_S };
  return { source, identityId: id, expected };
}

function unverified(assertion: string): JWTPayload | undefined {
  if (assertion.length > LONGEST_TEXT) return undefined;
  try {
    const claims = decodeJwt(assertion);
    return [claims.iss, claims.sub].every((each) => each === undefined || typeof each === 'string')
      ? claims
      : undefined;
  } catch {
    // No JWT.
    return undefined;
  }
}

/** By its id; one without is told by what was signed, because signatures of the same text may differ. */
function uniqueDigest(assertion: string, { iss, jti }: JWTPayload): string {
  const unique = jti === undefined ? assertion.slice(0, assertion.lastIndexOf('.')) : JSON.stringify([iss, jti]);
  return hash('sha256', unique, 'hex');
}
