import type { Connection } from '../domain/connection.js';
import type { ConnectionDetail, EnabledConnection } from '../tenants/connections.service.js';
import { printIssuedToken } from './issued-token.js';
import { printJson, printTable, type Terminal } from './terminal.js';

/** A connection as commands print it in JSON. */
export function connectionOf({ id, name, idp, unknownMembers, status, createdAt, updatedAt }: Connection) {
  return { id, name, idp, unknownMembers, status, createdAt, updatedAt };
}

/** What the identity provider needs: with the token, where one was made, the only time that anybody shows it. */
export function printEnabled(
  terminal: Terminal,
  { connection, issued }: EnabledConnection,
  scimUrl: string,
  json: boolean,
): void {
  if (issued) printIssuedToken(terminal, issued, scimUrl, json);
  else if (json)
    printJson(terminal, { connectionId: connection.id, connection: connection.name, scimUrl, token: null });
  else terminal.out(`SCIM URL      ${scimUrl}\nConnection    ${connection.name} (${connection.idp})\n`);
}

const WORDS: Readonly<Record<string, string>> = { unknownMembers: 'unknown members' };

/** Everything of a connection in lines. */
export function printConnection(terminal: Terminal, detail: Omit<ConnectionDetail, 'tenantId'>): void {
  const { manages, figures, tolerances, ...connection } = detail;
  const { last24Hours: day, last30Days: month } = figures;
  const rows: readonly (readonly [string, string])[] = [
    ...Object.entries(connectionOf({ ...connection, tenantId: '' })).map(([name, value]): [string, string] => [
      WORDS[name] ?? name,
      value ?? 'as the profile',
    ]),
    ['active members', String(manages.activeMembers)],
    ['inactive members', String(manages.inactiveMembers)],
    ['teams', String(manages.teams)],
    ['last sync', figures.lastSyncAt ?? 'never'],
    ['last 24 hours', `${day.requests} requests, ${day.errors} errors`],
    ['last 30 days', `${month.requests} requests, ${month.errors} errors`],
    ['tolerances', tolerances.map(({ tolerance, uses }) => `${tolerance} (${uses})`).join(', ') || 'none'],
  ];
  printTable(terminal, ['WHAT', 'VALUE'], rows);
}
