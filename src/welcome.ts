import { DOCS_PATH } from './http/docs-path.js';
import { SCIM_PATH } from './http/scim-path.js';
import { URN } from './scim/index.js';
import type { IssuedToken } from './tenants/issued-token.js';

const ANOTHER_TOKEN = 'npm run --silent muster -- token create --tenant TENANT --scopes members:write,teams:write';

/** What every later start says: the tokens of before still hold and are not shown again. */
export function greeting(url: string): string {
  return `
Muster is running

  SCIM URL      ${url}/${SCIM_PATH}
  Swagger UI    ${url}/${DOCS_PATH}

Access tokens are shown once, when they are made. Another: ${ANOTHER_TOKEN}

`;
}

/** What the first start says: all that is needed to try Muster. The token is never shown again. */
export function welcome(url: string, { token, tenant, expiresAt }: IssuedToken): string {
  const users = `${url}/${SCIM_PATH}/Users`;
  const person = JSON.stringify({ schemas: [URN.user], userName: 'ada@example.com', displayName: 'Ada' });
  return `
Muster is running, with a first tenant to try it: ${tenant}

  SCIM URL      ${url}/${SCIM_PATH}
  Access token  ${token}
  Expires       ${expiresAt.toISOString()}, 24 hours after the first start
  Swagger UI    ${url}/${DOCS_PATH}

Create somebody, then see who is there:

  curl -X POST ${users} -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/scim+json' -d '${person}'
  curl ${users} -H 'Authorization: Bearer ${token}'

The access token is not shown again. Another: ${ANOTHER_TOKEN.replace('TENANT', tenant)}

`;
}
