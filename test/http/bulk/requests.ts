import { type JsonObject, URN } from '../../../src/scim/index.js';
import type { Answer, ScimClient } from '../../support/app.js';

export function bulk(client: ScimClient, operations: readonly object[], more: object = {}): Promise<Answer> {
  return client.post('/Bulk', { schemas: [URN.bulkRequest], Operations: operations, ...more });
}

export function post(path: string, bulkId: string, data: object) {
  return { method: 'POST', path, bulkId, data };
}

/** A Group with these members, by id or by reference. */
export function team(displayName: string, ...members: readonly string[]) {
  return { schemas: [URN.group], displayName, members: members.map((value) => ({ value })) };
}

/** Adds members to a group. */
export function join(group: string, ...members: readonly string[]) {
  const value = members.map((member) => ({ value: member }));
  return patchGroup(group, { op: 'add', path: 'members', value });
}

/** Takes a member out of a group. */
export function leave(group: string, member: string) {
  return patchGroup(group, { op: 'remove', path: `members[value eq "${member}"]` });
}

function patchGroup(group: string, operation: object) {
  return { method: 'PATCH', path: `/Groups/${group}`, data: { schemas: [URN.patchOp], Operations: [operation] } };
}

export function resultsOf({ json }: Answer): readonly JsonObject[] {
  return (json.Operations ?? []) as readonly JsonObject[];
}

/** What the bulkIds of a request became. */
export function idIn(answer: Answer): Readonly<Record<string, string>> {
  const made = resultsOf(answer).filter(({ status }) => status === '201');
  return Object.fromEntries(made.map(({ bulkId, location }) => [bulkId, String(location).split('/').at(-1)]));
}
