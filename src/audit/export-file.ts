import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { AuditFormat } from '../events/audit-format.js';

const MEDIA_TYPES: Readonly<Record<AuditFormat, string>> = {
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** @param text piece by piece */
export function exportFile(text: AsyncGenerator<string>, slug: string, format: AuditFormat): StreamableFile {
  const disposition = `attachment; filename="audit-${slug}.${format}"`;
  return new StreamableFile(Readable.from(text, { objectMode: false }), { type: MEDIA_TYPES[format], disposition });
}
