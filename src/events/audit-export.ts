import { type ChainPoint, canonicalEvent } from '../domain/sealed-event.js';
import type { SealsRepository } from '../persistence/seals.repository.js';
import { digestJson, headerJson } from './audit-file.js';
import { AUDIT_LINES, type AuditFormat } from './audit-format.js';

const PAGE = 500;

export interface AuditExport {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly format: AuditFormat;
  /** The first sequence number wanted; the first there is, when that was removed because of its age. */
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
  const { seq: newest } = await seals.last();
  const after = await startingPoint(seals, Math.min(order.from - 1, newest));
  const header = headerJson({ audit: 'muster', version: 1, tenant: order.tenant, after, exportedAt: order.at });
  yield text([lines.header(header), ...lines.preamble]);
  let end = after;
  while (end.seq < newest) {
    const page = await seals.page(end.seq, Math.min(PAGE, newest - end.seq));
    const last = page.at(-1);
    if (!last || page[0]?.seq !== end.seq + 1) throw new Error(`The seal behind ${end.seq} is missing`);
    yield text(page.map(({ seq, hash, event }) => lines.entry({ seq, hash, event: canonicalEvent(event) })));
    end = { seq: last.seq, hash: last.hash };
  }
  yield text([lines.digest(digestJson(header, end, order.signingKey))]);
}

/** The seal before the first one wanted that is still there. */
async function startingPoint(seals: SealsRepository, seq: number): Promise<ChainPoint> {
  const anchor = await seals.anchor();
  if (seq <= anchor.seq) return anchor;
  const point = await seals.at(seq);
  if (!point) throw new Error(`There is no seal ${seq}`);
  return point;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
