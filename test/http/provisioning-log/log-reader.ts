import { setImmediate as turn } from 'node:timers/promises';
import { LogWriter } from '../../../src/provisioning-log/log-writer.js';
import type { JsonObject } from '../../../src/scim/index.js';
import type { Answer, ScimClient, TestApp } from '../../support/app.js';
import { type Admin, itemsIn } from '../management/admin.js';

/** Writes down all that was answered. */
export async function flush(app: TestApp): Promise<void> {
  // The hook behind an answer runs in a later turn than who waited for the answer.
  await turn();
  await turn();
  await app.http.get(LogWriter).flush();
}

export const pathOf = ({ issued }: ScimClient, query = '') => `/connections/${issued.connection.id}/log${query}`;

/** The log as an admin reads it now. */
export async function logOf(admin: Admin, client: ScimClient, query = ''): Promise<readonly JsonObject[]> {
  await flush(admin.tenant.app);
  const answer = await admin.get(pathOf(client, query));
  if (answer.status !== 200) throw new Error(answer.text);
  return itemsIn(answer);
}

/** One request with its body. */
export function entryOf(admin: Admin, client: ScimClient, { id }: JsonObject): Promise<Answer> {
  return admin.get(pathOf(client, `/${id}`));
}
