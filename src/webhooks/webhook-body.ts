import type { SealedEvent } from '../domain/sealed-event.js';
import { pushedEventText } from '../events/cloud-event.js';

/** What is sent for an event. Sealed events never change, so neither does this: the log makes it again instead of keeping it. */
export function webhookBody(sealed: Pick<SealedEvent, 'tenantId' | 'seq' | 'event'>): string {
  return pushedEventText(sealed);
}
