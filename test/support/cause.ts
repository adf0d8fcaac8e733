import { v7 as uuid } from 'uuid';
import type { Cause } from '../../src/domain/member.js';

/** A change that a service account of the connection asks for now. */
export const causeOf = (connectionId: string): Cause => ({
  at: new Date().toISOString(),
  eventId: uuid(),
  actor: { type: 'service_account', id: uuid(), connectionId, tokenId: uuid() },
  requestId: 'r-1',
});
