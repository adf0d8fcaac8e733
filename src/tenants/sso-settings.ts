import { DomainException } from '../domain/domain-error.js';
import type { SsoSettings } from '../domain/tenant.js';

export const LONGEST_SSO_URL = 2048;

/** As somebody wrote it. */
export interface SsoWish {
  readonly protocol: SsoSettings['protocol'];
  readonly issuer?: string | undefined;
  readonly metadataUrl?: string | undefined;
}

/**
 * Nothing is fetched: the products that sign people in do that.
 * @throws DomainException `invalid` for an address that cannot be one, or of the other protocol
 */
export function ssoSettings({ protocol, issuer, metadataUrl }: SsoWish): SsoSettings {
  switch (protocol) {
    case 'oidc':
      if (metadataUrl !== undefined) throw invalid('metadataUrl', 'belongs to SAML; OpenID Connect needs the issuer');
      return { protocol, issuer: httpsUrl('issuer', issuer, false) };
    case 'saml':
      if (issuer !== undefined) throw invalid('issuer', 'belongs to OpenID Connect; SAML needs the metadataUrl');
      return { protocol, metadataUrl: httpsUrl('metadataUrl', metadataUrl, true) };
    default:
      return protocol satisfies never;
  }
}

/** An issuer is compared as text, so it stays as it was written; OpenID Connect Discovery §2 allows it no query. */
function httpsUrl(attribute: string, text: string | undefined, mayHaveQuery: boolean): string {
  if (text === undefined) throw invalid(attribute, 'is missing');
  const url = text.length <= LONGEST_SSO_URL && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw invalid(attribute, 'must be a URL that begins with https://');
  if (url.username || url.password) throw invalid(attribute, 'must have no user name and no password');
  if (text.includes('#') || (!mayHaveQuery && text.includes('?'))) {
    throw invalid(attribute, mayHaveQuery ? 'must have no fragment (#…)' : 'must have no query and no fragment');
  }
  return text;
}

function invalid(attribute: string, detail: string): DomainException {
  return new DomainException({ kind: 'invalid', attribute: `settings.sso.${attribute}`, detail });
}
