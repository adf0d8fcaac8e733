import type { DomainEvent } from './domain-event.js';

/**
 * An event as it is stored. Its data stays the JSON text that was written, because proofs are about bytes; whoever needs the
 * object asks `dataOf`.
 */
export interface RecordedEvent extends Omit<DomainEvent, 'data'> {
  /** Version of the subject after the change: the order of one subject's events. Null where the subject counts none. */
  readonly subjectVersion: number | null;
  readonly dataJson: string;
}

/** An event with its place in the order of its tenant, and the proof of it. */
export interface SealedEvent {
  readonly tenantId: string;
  /** 1, 2, 3 … without gaps in a tenant. */
  readonly seq: number;
  /** SHA-256 of the previous hash and the canonical event; 64 hexadecimal digits. */
  readonly hash: string;
  /** GENESIS_HASH for seq 1. */
  readonly previousHash: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly sealedAt: string;
  readonly event: RecordedEvent;
}

/** A place in a tenant's chain. */
export interface ChainPoint {
  readonly seq: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** What the first seal of a tenant is chained to: 32 zero bytes. */
export const GENESIS_HASH = '0'.repeat(64);

export function dataOf({ dataJson }: Pick<RecordedEvent, 'dataJson'>): DomainEvent['data'] {
  return JSON.parse(dataJson);
}

/** A line break in JSON text can only be white space between tokens: within strings it is escaped. */
const LINE_BREAK = /[\r\n]/g;

/**
 * The one text that is hashed: a JSON object on one line with its members in this order, no white space of ours, and the
 * data as it is stored but for line breaks, each of which becomes a space.
 */
export function canonicalEvent(event: RecordedEvent): string {
  const { id, type, occurredAt, actor, requestId, subjectType, subjectId, subjectVersion } = event;
  const head = JSON.stringify({
    id,
    type,
    occurredAt,
    actor: { type: actor.type, id: actor.id, connectionId: actor.connectionId, tokenId: actor.tokenId },
    requestId,
    subject: { type: subjectType, id: subjectId, version: subjectVersion },
  });
  return `${head.slice(0, -1)},"data":${event.dataJson.replace(LINE_BREAK, ' ')}}`;
}
