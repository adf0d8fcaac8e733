import { canonicalEvent, GENESIS_HASH } from '../domain/sealed-event.js';
import type { SealsRepository } from '../persistence/seals.repository.js';
import { type ChainPoint, digestJson, headerJson } from './audit-file.js';
import { AUDIT_LINES, type AuditFormat } from './audit-format.js';

const PAGE = 500;

export interface AuditExport {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly format: AuditFormat;
  /** The first sequence number wanted. */
  readonly from: number;
  /** ISO 8601. */
  readonly at: string;
  readonly signingKey: string;
}

/**
 * The text of an export, a page at a time: what is sealed when it begins. An export that fails in the middle has no digest, so
 * nobody takes it for a whole one.
 */
export async function* exportAudit(seals: SealsRepository, order: AuditExport): AsyncGenerator<string> {
  const lines = AUDIT_LINES[order.format];
  const { seq: newest } = (await seals.at('last')) ?? { seq: 0 };
  const after = await anchor(seals, Math.min(order.from - 1, newest));
  const header = headerJson({ audit: 'muster', version: 1, tenant: order.tenant, after, exportedAt: order.at });
  yield text([lines.header(header), ...lines.preamble]);
  let end = after;
  while (end.seq < newest) {
    const page = await seals.page(end.seq, Math.min(PAGE, newest - end.seq));
    const last = page.at(-1);
    if (!last) throw new Error(`The seal behind ${end.seq} is missing`);
    yield text(page.map(({ seq, hash, event }) => lines.entry({ seq, hash, event: canonicalEvent(event) })));
    end = { seq: last.seq, hash: last.hash };
  }
  yield text([lines.digest(digestJson(header, end, order.signingKey))]);
}

async function anchor(seals: SealsRepository, seq: number): Promise<ChainPoint> {
  if (seq === 0) return { seq, hash: GENESIS_HASH };
  const point = await seals.at(seq);
  if (!point) throw new Error(`There is no seal ${seq}`);
  return point;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
