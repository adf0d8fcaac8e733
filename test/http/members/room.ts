import type { JsonObject } from '../../../src/scim/index.js';
import type { Answer, TestTenant } from '../../support/app.js';
import type { Admin } from '../management/admin.js';
import { memberEvents, type StoredEvent } from '../users/people.js';

/** What the admin does to a member, by the last part of the path. */
export const act = (admin: Admin, id: string, action: string, body?: object): Promise<Answer> =>
  admin.call('POST', `/members/${id}/${action}`, body);

export const setExternalId = (admin: Admin, id: string, externalId: string | null): Promise<Answer> =>
  admin.put(`/members/${id}/external-id`, { externalId });

export const setBreakGlass = (admin: Admin, id: string, breakGlass: boolean): Promise<Answer> =>
  admin.put(`/members/${id}/break-glass`, { breakGlass });

/** The last event of a member, and whether it is on its way. */
export async function lastEvent(tenant: TestTenant): Promise<StoredEvent | undefined> {
  return (await memberEvents(tenant)).at(-1);
}

export async function openReviews(admin: Admin, status = 'open'): Promise<readonly JsonObject[]> {
  const { json } = await admin.get(`/adoption-reviews?status=${status}`);
  return json.items as readonly JsonObject[];
}
