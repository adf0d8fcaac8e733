import type { IssuedToken } from '../tenants/issued-token.js';
import { printJson, type Terminal } from './terminal.js';

/** Shows a new token, the only time that anybody does. */
export function printIssuedToken(terminal: Terminal, issued: IssuedToken, scimUrl: string, json: boolean): void {
  const { token, tokenId, tenant, connection, scopes, expiresAt } = issued;
  if (json) {
    printJson(terminal, {
      token,
      scimUrl,
      tenant,
      connection: connection.name,
      idp: connection.idp,
      scopes,
      expiresAt: expiresAt.toISOString(),
      tokenId,
    });
    return;
  }
  terminal.out(
    [
      `SCIM URL      ${scimUrl}`,
      `Access token  ${token}`,
      `Tenant        ${tenant}`,
      `Connection    ${connection.name} (${connection.idp})`,
      `Scopes        ${scopes.join(', ')}`,
      `Expires       ${expiresAt.toISOString()}`,
      '',
      'The access token is not shown again; whoever loses it creates another.',
      '',
    ].join('\n'),
  );
}
