import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../config/clock.js';
import { isId } from '../../config/new-id.js';
import type { ClientMethod } from '../../domain/credentials.js';
import type {
  OAuthClient,
  OAuthClientsRepository,
  StoredClientSecret,
  UsedAssertion,
} from '../../persistence/oauth-clients.repository.js';
import { digest } from '../token.js';
import { type Assertions, claimedClient } from './assertions.js';
import { ClientRefused } from './client-refused.js';
import type { ClientProof } from './token-request.js';

/** A client that has proved who it is. */
export interface ProvenClient {
  readonly client: OAuthClient;
  readonly method: ClientMethod;
  readonly secretId: string | null;
  readonly identityId: string | null;
  readonly assertion: UsedAssertion | null;
  readonly assertionIssuer: string | null;
}

type Proof<K extends ClientProof['kind']> = Extract<ClientProof, { kind: K }>;

/** Compared where there is nobody to compare with, so that an unknown client takes as long. */
const NOTHING: StoredClientSecret = { id: '', digest: '0'.repeat(64), expiresAt: '', revokedAt: null };

/** Finds out which client is asking. */
export class ClientAuthentication {
  constructor(
    private readonly clients: OAuthClientsRepository,
    private readonly assertions: Assertions,
    private readonly clock: Clock,
  ) {}

  /**
   * @param ours what the token endpoint is called
   * @throws ClientRefused
   * @throws NoDocument while the keys of an issuer cannot be had
   */
  async prove(proof: ClientProof, ours: readonly string[]): Promise<ProvenClient> {
    const clientId = proof.clientId ?? (proof.kind === 'assertion' ? claimedClient(proof.assertion) : undefined);
    const client =
      clientId !== undefined && isId(clientId) ? await this.clients.find(clientId, this.clock.now()) : undefined;
    return proof.kind === 'secret' ? this.bySecret(client, proof) : this.byAssertion(client, proof, ours);
  }

  private bySecret(client: OAuthClient | undefined, { secret, method }: Proof<'secret'>): ProvenClient {
    const found = secretAmong(client?.secrets ?? [], digest(secret));
    if (!client || !found) throw new ClientRefused(client, 'wrong_secret');
    if (found.revokedAt !== null) {
      throw new ClientRefused(client, 'secret_revoked', 'The client secret has been revoked; create a new one.');
    }
    if (Date.parse(found.expiresAt) <= this.clock.now().getTime()) {
      throw new ClientRefused(client, 'secret_expired', 'The client secret has expired; create a new one.');
    }
    return { client, method, secretId: found.id, identityId: null, assertion: null, assertionIssuer: null };
  }

  private async byAssertion(
    client: OAuthClient | undefined,
    { assertion }: Proof<'assertion'>,
    ours: readonly string[],
  ): Promise<ProvenClient> {
    if (!client) throw new ClientRefused(undefined, 'wrong_assertion');
    const { issuer, identityId, used } = await this.assertions.verify(client, assertion, ours, this.clock.now());
    const method = identityId === null ? 'private_key_jwt' : 'federated_identity';
    return { client, method, secretId: null, identityId, assertion: used, assertionIssuer: issuer };
  }
}

/** Looks at all of them, however early it is found. */
function secretAmong(secrets: readonly StoredClientSecret[], given: string): StoredClientSecret | undefined {
  let found: StoredClientSecret | undefined;
  for (const stored of [NOTHING, ...secrets]) {
    const equal = timingSafeEqual(Buffer.from(stored.digest, 'hex'), Buffer.from(given, 'hex'));
    if (equal && stored !== NOTHING) found = stored;
  }
  return found;
}
