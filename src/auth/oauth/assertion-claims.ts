import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { ALGORITHMS } from './public-keys.js';
import { NoDocument } from './remote-json.js';

/** Clocks of others may be wrong by so much. */
export const TOLERANCE_S = 30;

/** What the claims have to be. */
export interface Expectation {
  readonly issuer: string;
  readonly subject: string;
  /** One of these has to be among those it is made for. */
  readonly audience: readonly string[];
  /** Whether it may be made for these only. */
  readonly alone: boolean;
  /** Seconds from now that it may be good for at most. */
  readonly longest: number;
}

export type Claims = JWTPayload & { readonly iss: string; readonly exp: number };

/** The reason is for whoever holds the key; undefined where the signature is not good, so that nobody knows who is asking. */
export type Verified = { readonly claims: Claims } | { readonly refused: string | undefined };

/** @throws NoDocument while the keys cannot be had */
export async function verifiedClaims(
  assertion: string,
  keys: JWTVerifyGetKey,
  { issuer, subject, audience, alone, longest }: Expectation,
  now: Date,
): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: [...ALGORITHMS],
      issuer,
      subject,
      audience: [...audience],
      currentDate: now,
      clockTolerance: TOLERANCE_S,
      requiredClaims: ['exp'],
    });
    const claims = payload as Claims;
    const mistake = mistakeIn(claims, { audience, alone, longest }, now.getTime() / 1000);
    return mistake === undefined ? { claims } : { refused: mistake };
  } catch (error) {
    if (error instanceof NoDocument) throw error;
    return { refused: reasonOf(error) };
  }
}

function mistakeIn(
  { aud, exp, iat, jti }: Claims,
  { audience, alone, longest }: Pick<Expectation, 'audience' | 'alone' | 'longest'>,
  now: number,
): string | undefined {
  const others = [aud ?? []].flat().filter((each) => !audience.includes(each));
  if (alone && others.length > 0) return 'The assertion is made for others too; its aud must name this server alone.';
  if (exp > now + longest + TOLERANCE_S) return `The assertion is good for more than ${longest / 3600} h.`;
  if (iat !== undefined && iat > now + TOLERANCE_S) return 'The assertion was made in the future, says its iat.';
  if (jti !== undefined && typeof jti !== 'string') return 'The jti of the assertion is no text.';
  return undefined;
}

/** Claims are looked at after the signature; what goes wrong before is told to nobody. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'The assertion has expired.';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return undefined;
  const { claim, reason } = error;
  if (claim === 'nbf' && reason === 'check_failed') return 'The assertion is not good yet, says its nbf.';
  return reason === 'missing'
    ? `The assertion has no ${claim}.`
    : `The ${claim} of the assertion is not as it must be.`;
}
