import { OAuthError } from '../../http/oauth-error.js';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How somebody says who they are. */
export type ClientProof =
  | {
      readonly kind: 'secret';
      readonly method: 'client_secret_basic' | 'client_secret_post';
      readonly clientId: string;
      readonly secret: string;
    }
  /** Without `clientId` the assertion itself says it. As a grant (RFC 7523 §2.1) or for the client (§2.2). */
  | {
      readonly kind: 'assertion';
      readonly use: 'grant' | 'client';
      readonly clientId: string | undefined;
      readonly assertion: string;
    };

/** A request of the token endpoint, read and not yet believed. */
export interface TokenRequest {
  readonly proof: ClientProof;
  /** What the token shall be good for; undefined: all that the client may. */
  readonly scope: readonly string[] | undefined;
}

const PARAMETERS = [
  'grant_type',
  'scope',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'assertion',
] as const;
type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;

interface Credentials {
  readonly clientId: string;
  readonly secret: string;
}

/** For clients that tried the header, and for those that tried nothing (RFC 6749 §5.2). */
export const BASIC_CHALLENGE = { 'www-authenticate': 'Basic realm="muster", charset="UTF-8"' };

/**
 * @param form the body; undefined when it was no form
 * @throws OAuthError
 */
export function tokenRequest(form: unknown, authorization: string | undefined): TokenRequest {
  if (!(form instanceof URLSearchParams)) {
    throw invalid('Send the parameters as a form: Content-Type: application/x-www-form-urlencoded.');
  }
  const parameters = parametersIn(form);
  const scope = parameters.scope?.split(' ').filter((each) => each !== '');
  const proof = proofIn(parameters, authorization === undefined ? undefined : basic(authorization));
  return { proof, scope };
}

function proofIn(parameters: Parameters, header: Credentials | undefined): ClientProof {
  const { grant_type: grant, client_id: clientId, client_secret: secret, client_assertion: assertion } = parameters;
  if (grant === undefined) throw invalid('The parameter grant_type is missing.');
  if (grant !== 'client_credentials' && grant !== JWT_BEARER) {
    throw new OAuthError(400, 'unsupported_grant_type', `The grant types are client_credentials and ${JWT_BEARER}.`);
  }
  const ways = [header, secret, assertion, grant === JWT_BEARER ? grant : undefined].filter((way) => way !== undefined);
  if (ways.length > 1) throw invalid('Authenticate in one way only: RFC 6749, section 2.3.');
  if (grant === JWT_BEARER) return grantIn(parameters);
  if (header) {
    if (clientId !== undefined && clientId !== header.clientId) throw invalid('client_id is not that of the header.');
    return { kind: 'secret', method: 'client_secret_basic', ...header };
  }
  if (assertion !== undefined) {
    if (parameters.client_assertion_type !== ASSERTION_TYPE) {
      throw invalid(`client_assertion_type must be ${ASSERTION_TYPE}.`);
    }
    return { kind: 'assertion', use: 'client', clientId, assertion };
  }
  if (secret === undefined) {
    throw new OAuthError(401, 'invalid_client', 'The client has not said who it is.', BASIC_CHALLENGE);
  }
  if (clientId === undefined) throw invalid('client_id is missing beside client_secret.');
  return { kind: 'secret', method: 'client_secret_post', clientId, secret };
}

function grantIn({ assertion, client_id: clientId }: Parameters): ClientProof {
  if (assertion === undefined) throw invalid('The parameter assertion is missing.');
  return { kind: 'assertion', use: 'grant', clientId, assertion };
}

/** None twice; an empty one counts as absent (RFC 6749 §3.2). */
function parametersIn(form: URLSearchParams): Parameters {
  const entries = PARAMETERS.flatMap((name): [string, string][] => {
    const [value = '', ...more] = form.getAll(name);
    if (more.length > 0) throw invalid(`The parameter ${name} is there more than once.`);
    return value === '' ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
function basic(authorization: string): Credentials {
  const encoded = BASIC.exec(authorization)?.[1];
  const [id, ...rest] = encoded === undefined ? [] : Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const clientId = decoded(id);
  const secret = decoded(rest.join(':'));
  if (clientId === undefined || secret === undefined || clientId === '') {
    throw new OAuthError(401, 'invalid_client', 'The Authorization header cannot be read.', BASIC_CHALLENGE);
  }
  return { clientId, secret };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A percent sign that begins nothing.
    return undefined;
  }
}

function invalid(description: string): OAuthError {
  return new OAuthError(400, 'invalid_request', description);
}
