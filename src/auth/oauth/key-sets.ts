import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { KeySet } from '../../domain/service-account.js';
import { publicPart } from './public-keys.js';
import { NoDocument, type RemoteJson } from './remote-json.js';

/** Keys themselves, where they are, or whose discovery document says where they are. */
export type KeySource = { readonly jwks: KeySet } | { readonly uri: string } | { readonly issuer: string };

/** As many keys of a set as are looked at. */
const MOST_KEYS = 100;

/** Finds the key that an assertion says it is signed with. */
export class KeySets {
  constructor(private readonly documents: RemoteJson) {}

  /**
   * For jwtVerify; it fails with NoDocument while the keys cannot be had.
   * @param tenantId whose share of the cache the documents take
   */
  keysOf(tenantId: string, source: KeySource): JWTVerifyGetKey {
    if ('jwks' in source) return createLocalJWKSet({ keys: [...source.jwks.keys] });
    return async (header, token) => {
      const uri = 'uri' in source ? source.uri : await this.discovered(tenantId, source.issuer);
      try {
        return await keysIn(await this.documents.get(tenantId, uri, hasNoKeys))(header, token);
      } catch (error) {
        // Issuers change keys: one that is not known may be new.
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        return keysIn(await this.documents.get(tenantId, uri, () => true))(header, token);
      }
    };
  }

  /** OpenID Connect Discovery §4: the document speaks for its issuer only. */
  private async discovered(tenantId: string, issuer: string): Promise<string> {
    const jwksUri = (document: unknown): string | undefined => {
      const { issuer: named, jwks_uri: uri } = members(document);
      return named === issuer && typeof uri === 'string' && URL.canParse(uri) ? uri : undefined;
    };
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const uri = jwksUri(await this.documents.get(tenantId, address, (document) => jwksUri(document) === undefined));
    if (uri === undefined) throw new NoDocument();
    return uri;
  }
}

const hasNoKeys = (document: unknown): boolean => !Array.isArray(members(document).keys);

function keysIn(document: unknown): JWTVerifyGetKey {
  const { keys } = members(document);
  if (!Array.isArray(keys)) throw new NoDocument();
  const objects = keys.slice(0, MOST_KEYS).filter((key) => typeof key === 'object' && key !== null);
  return createLocalJWKSet({ keys: [...publicPart(objects).keys] });
}

function members(document: unknown): Readonly<Record<string, unknown>> {
  return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {};
}
