import type { Clock } from '../../config/clock.js';
import { newId } from '../../config/new-id.js';
import type { ClientFault, DomainEvent } from '../../domain/domain-event.js';
import { grants, SCOPES, type Scope } from '../../domain/service-account.js';
import { addressRanges, plainAddress } from '../../http/address-ranges.js';
import { OAuthError } from '../../http/oauth-error.js';
import type { OAuthClient, OAuthClientsRepository } from '../../persistence/oauth-clients.repository.js';
import type { RateLimits } from '../rate-limit.js';
import { mayComeFrom } from '../standing.js';
import { digest, mintToken, tokenPrefix } from '../token.js';
import type { ClientAuthentication, ProvenClient } from './client-authentication.js';
import { ClientRefused } from './client-refused.js';
import type { TokenRequest } from './token-request.js';

/** Seconds that an access token is good for. */
const TOKEN_LIFETIME_S = 3600;

/** Where a request came from, and under which id. */
export interface Visit {
  readonly address: string;
  readonly requestId: string;
}

/** RFC 6749 §5.1. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
}

/** What the SCIM profiles of others call everything that an identity provider needs. */
const SCIM = 'scim';
const SCIM_SCOPES: readonly Scope[] = ['members:read', 'members:write', 'teams:read', 'teams:write'];

/** Gives clients that prove who they are access tokens: of the kind that admins make, but for an hour. */
export class TokenEndpoint {
  constructor(
    private readonly authentication: ClientAuthentication,
    private readonly clients: OAuthClientsRepository,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /**
   * @param ours what the token endpoint is called
   * @throws ClientRefused, OAuthError
   * @throws NoDocument while the keys of an issuer cannot be had
   */
  async issue(request: TokenRequest, ours: readonly string[], visit: Visit): Promise<TokenAnswer> {
    const proven = await this.authentication.prove(request.proof, ours);
    const { client } = proven;
    refuseUnable(client, visit.address);
    const scopes = narrowed(client.scopes, request.scope);
    const { seconds: wait } = this.limits.ofClient(client);
    if (wait > 0) throw tooMany(wait, 'The client asks for too many tokens; use one until it expires.');
    const token = mintToken();
    const issued = await this.clients.issue(this.granted(proven, token, scopes, visit));
    if (issued === 'ended') throw new ClientRefused(client, 'secret_revoked');
    if (issued === 'replayed') {
      throw new ClientRefused(client, 'assertion_replayed', 'The assertion was used before; make a new one each time.');
    }
    return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_S, scope: scopes.join(' ') };
  }

  private granted(proven: ProvenClient, token: string, scopes: readonly Scope[], { requestId }: Visit) {
    const { client, method, secretId, identityId, assertion, assertionIssuer } = proven;
    const { tenantId, id: serviceAccountId, connectionId } = client;
    const createdAt = this.clock.now();
    const idOfNow = () => newId({ msecs: createdAt.getTime() });
    const id = idOfNow();
    const prefix = tokenPrefix(token);
    const expiresAt = new Date(createdAt.getTime() + TOKEN_LIFETIME_S * 1000);
    const issuedBy = secretId ?? identityId;
    const about = { serviceAccountId, connectionId, prefix, scopes };
    const event: DomainEvent = {
      id: idOfNow(),
      type: 'token.issued',
      occurredAt: createdAt.toISOString(),
      actor: { type: 'service_account', id: serviceAccountId, connectionId, tokenId: null },
      requestId,
      subjectType: 'token',
      subjectId: id,
      data: { after: { ...about, expiresAt: expiresAt.toISOString(), method, issuedBy, assertionIssuer } },
    };
    const kept = { id, ...about, name: '', digest: digest(token), expiresAt, createdAt };
    return { tenantId, token: kept, secretId, identityId, assertion, event };
  }
}

export function tooMany(seconds: number, description: string): OAuthError {
  return new OAuthError(429, 'temporarily_unavailable', description, { 'retry-after': String(seconds) });
}

/** A client that is who it says, and may have no token all the same. @throws OAuthError */
function refuseUnable(client: OAuthClient, address: string): void {
  const fault = faultOf(client, address);
  if (fault) throw new ClientUnable(client, fault, UNABLE[fault](address));
}

type Inability = Extract<ClientFault, 'tenant_suspended' | 'connection_disabled' | 'address_not_allowed'>;

function faultOf(client: OAuthClient, address: string): Inability | undefined {
  const { tenantStatus, connectionId, connectionStatus, allowedAddresses } = client;
  if (tenantStatus !== 'active') return 'tenant_suspended';
  if (connectionId !== null && connectionStatus !== 'enabled') return 'connection_disabled';
  const networks = allowedAddresses.length === 0 ? undefined : addressRanges(allowedAddresses);
  return mayComeFrom(networks, address) ? undefined : 'address_not_allowed';
}

const UNABLE: Readonly<Record<Inability, (address: string) => string>> = {
  tenant_suspended: () => 'The tenant of this client is suspended.',
  connection_disabled: () => 'The connection of this client is disabled.',
  address_not_allowed: (address) =>
    `The client may not ask from ${plainAddress(address) ?? 'an address that cannot be read'}; an admin would have to allow it in the service account.`,
};

/** Told in the audit log like other refusals. */
export class ClientUnable extends OAuthError {
  constructor(
    readonly client: OAuthClient,
    readonly fault: ClientFault,
    description: string,
  ) {
    super(400, 'unauthorized_client', description);
  }
}

/** @throws OAuthError for a scope there is not, or that the client has not */
function narrowed(held: readonly Scope[], wanted: readonly string[] | undefined): readonly Scope[] {
  if (wanted === undefined || wanted.length === 0) return held;
  const scopes = wanted.flatMap((text): readonly Scope[] => {
    if (text === SCIM) return SCIM_SCOPES.filter((scope) => grants(held, scope));
    const scope = SCOPES.find((known) => known === text);
    if (scope === undefined || !grants(held, scope)) {
      throw new OAuthError(400, 'invalid_scope', `The client may have: ${held.join(' ')}.`);
    }
    return [scope];
  });
  if (scopes.length === 0) throw new OAuthError(400, 'invalid_scope', `The client may have: ${held.join(' ')}.`);
  return [...new Set(scopes)];
}
