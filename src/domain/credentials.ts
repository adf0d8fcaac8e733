import type { KeySet, Scope } from './service-account.js';

/** Something that proves who is asking, as lists show it. Times are ISO 8601. */
interface Credential {
  readonly id: string;
  /** For people, to tell one from another. */
  readonly name: string;
  /** The first characters of the secret. */
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** About a minute late. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export const TOKEN_KINDS = ['issued', 'oauth'] as const;
/** Made by an admin and shown once; or got at the OAuth token endpoint, for an hour. */
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** An access token of a service account. */
export interface AccessToken extends Credential {
  readonly kind: TokenKind;
  /** Null: all that its service account may. */
  readonly scopes: readonly Scope[] | null;
}

/** A client secret of a service account. */
export type ClientSecret = Credential;

/** Whom another issuer calls by a name that is good here: its assertions speak for the service account. */
export interface FederatedIdentity {
  readonly id: string;
  /** `iss`, `sub` and `aud` of its assertions, compared exactly. */
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** The issuer's keys, or where they are; with neither, the issuer's discovery document says where. */
  readonly jwks: KeySet | null;
  readonly jwksUri: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** How somebody proved at the token endpoint to be the client. */
export const CLIENT_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'federated_identity',
] as const;
export type ClientMethod = (typeof CLIENT_METHODS)[number];
