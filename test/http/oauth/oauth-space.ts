import type { JWTPayload } from 'jose';
import type { Scope } from '../../../src/domain/service-account.js';
import type { JsonObject } from '../../../src/scim/index.js';
import type { Answer, ScimClient, TestApp } from '../../support/app.js';
import { type Admin, adminOf } from '../management/admin.js';

export const ROOT = 'https://scim.example.com';
export const ENDPOINT = `${ROOT}/oauth2/token`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const CLIENT_CREDENTIALS = { grant_type: 'client_credentials' };
export const BY_ASSERTION = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
export const BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCIM_SCOPES: readonly Scope[] = ['members:write', 'teams:write'];

/** A tenant with a connection, an admin, and a service account that is a client of the token endpoint. */
export interface OAuthSpace {
  readonly app: TestApp;
  readonly idp: ScimClient;
  readonly admin: Admin;
  readonly clientId: string;
}

export async function oauthSpace(app: TestApp, more: object = {}): Promise<OAuthSpace> {
  const idp = await app.connection('entra');
  const admin = await adminOf(idp.tenant);
  const connectionId = idp.issued.connection.id;
  const wish = { name: 'entra', scopes: SCIM_SCOPES, connectionId, ...more };
  const { json } = made(await admin.call('POST', '/service-accounts', wish));
  return { app, idp, admin, clientId: String(json.id) };
}

export function made(answer: Answer): Answer {
  if (answer.status !== 201) throw new Error(answer.text);
  return answer;
}

export async function secretOf({ admin, clientId }: OAuthSpace, wish: object = {}): Promise<JsonObject> {
  return made(await admin.call('POST', `/service-accounts/${clientId}/secrets`, wish)).json;
}

/** A request of the token endpoint, as it is. */
export function ask(
  app: TestApp,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = new URLSearchParams(fields).toString();
  return app.call('POST', '/oauth2/token', body, { headers: { ...FORM, ...headers } });
}

export function basic(clientId: string, secret: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` };
}

/** Seconds since 1970 by the clock of the application. */
export function seconds({ clock }: TestApp, later = 0): number {
  return Math.floor(clock.now().getTime() / 1000) + later;
}

let ids = 0;
/** Claims of an assertion that a client makes about itself. */
export function ownClaims({ app, clientId }: OAuthSpace, more: JWTPayload = {}): JWTPayload {
  ids += 1;
  const iat = seconds(app);
  return { iss: clientId, sub: clientId, aud: ROOT, iat, exp: iat + 60, jti: `own-${ids}`, ...more };
}

/** Whether a token is good for SCIM. */
export async function isGood(app: TestApp, token: unknown): Promise<boolean> {
  const { status } = await app.call('GET', '/scim/v2/Users', undefined, { token: String(token) });
  return status === 200;
}
