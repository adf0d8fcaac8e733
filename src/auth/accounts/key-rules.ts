import { DomainException } from '../../domain/domain-error.js';
import type { KeySet } from '../../domain/service-account.js';
import type { OutboundGuard } from '../../http/outbound-guard.js';
import { mistakeInKeys, publicPart } from '../oauth/public-keys.js';

/** Keys as somebody wants them: given, or to be fetched; null: none of the kind. */
export interface KeyWish {
  readonly jwks?: { readonly keys?: unknown } | null | undefined;
  readonly jwksUri?: string | null | undefined;
}

/** What there is to store; what is absent stays as it is. */
export interface CheckedKeys {
  readonly jwks?: KeySet | null;
  readonly jwksUri?: string | null;
}

/** What only an operator can allow. */
const ASK = 'the operator would have to list the host in MUSTER_ISSUER_ALLOWED_HOSTS';

/** Which keys may be registered, and where keys may be fetched from. */
export class KeyRules {
  constructor(private readonly guard: OutboundGuard) {}

  /**
   * One kind takes the place of the other.
   * @throws DomainException `invalid`
   */
  async checked({ jwks, jwksUri }: KeyWish): Promise<CheckedKeys> {
    if (jwks && jwksUri) throw invalid('jwks', 'cannot be given together with jwksUri');
    if (jwks) return { jwks: await keysIn(jwks), jwksUri: null };
    if (jwksUri) return { jwks: null, jwksUri: this.url('jwksUri', jwksUri) };
    return { ...(jwks === null && { jwks }), ...(jwksUri === null && { jwksUri }) };
  }

  /**
   * As the URL parser writes it, so that what was checked is what is asked.
   * @throws DomainException `invalid`
   */
  url(attribute: string, text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw invalid(attribute, 'must be a URL that begins with https://');
    }
    if (url.username || url.password || url.hash) {
      throw invalid(attribute, 'must have no user name, no password and no fragment (#…)');
    }
    if (this.guard.refuses(url)) throw invalid(attribute, `is in a network that may not be reached; ${ASK}`);
    if (url.protocol === 'http:' && !this.guard.trusts(url)) {
      throw invalid(attribute, `must be https://; for http:// ${ASK}`);
    }
    return url.href;
  }
}

async function keysIn(jwks: { readonly keys?: unknown }): Promise<KeySet> {
  const mistake = await mistakeInKeys(jwks.keys);
  if (mistake !== undefined) throw invalid('jwks', mistake);
  return publicPart(jwks.keys as object[]);
}

function invalid(attribute: string, detail: string): DomainException {
  return new DomainException({ kind: 'invalid', attribute, detail });
}
