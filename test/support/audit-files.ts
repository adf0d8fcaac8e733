import type { RecordedEvent } from '../../src/domain/sealed-event.js';
import { canonicalEvent, GENESIS_HASH } from '../../src/domain/sealed-event.js';
import { digestJson, headerJson } from '../../src/events/audit-file.js';
import { AUDIT_LINES, type AuditFormat } from '../../src/events/audit-format.js';
import { sealHash } from '../../src/events/seal.js';

/** The lines of an export of these events. */
export function auditFile(
  events: readonly RecordedEvent[],
  signingKey: string,
  format: AuditFormat = 'jsonl',
  after = { seq: 0, hash: GENESIS_HASH },
): string[] {
  const lines = AUDIT_LINES[format];
  const header = headerJson({
    audit: 'muster',
    version: 1,
    tenant: { id: '019aa000-0000-7000-8000-000000000001', slug: 'acme' },
    after,
    exportedAt: '2026-11-22T09:00:00.000Z',
  });
  let { seq, hash } = after;
  const entries = events.map((each) => {
    const event = canonicalEvent(each);
    seq += 1;
    hash = sealHash(hash, event);
    return lines.entry({ seq, hash, event });
  });
  return [
    lines.header(header),
    ...lines.preamble,
    ...entries,
    lines.digest(digestJson(header, { seq, hash }, signingKey)),
  ];
}

export function recorded(changes: Partial<RecordedEvent> = {}): RecordedEvent {
  return {
    id: '019aa000-0000-7000-8000-000000000009',
    type: 'member.updated',
    occurredAt: '2026-11-22T08:00:00.000Z',
    actor: { type: 'operator', id: null, connectionId: null, tokenId: null },
    requestId: null,
    subjectType: 'member',
    subjectId: '019aa000-0000-7000-8000-000000000008',
    subjectVersion: 2,
    dataJson: '{}',
    ...changes,
  };
}
