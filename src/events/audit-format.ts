import { csvCells, csvRow } from './audit-csv.js';

export type AuditFormat = 'jsonl' | 'csv';

/** One event in an exported file; `event` is the canonical text. */
export interface AuditEntry {
  readonly seq: number;
  readonly hash: string;
  readonly event: string;
}

/** How lines are written and read. What `read…` gives back, `write…` makes the very same line of; else it is undefined. */
export interface AuditLines {
  /** Lines between the header and the first entry. */
  readonly preamble: readonly string[];
  header(json: string): string;
  readHeader(line: string): string | undefined;
  entry(entry: AuditEntry): string;
  readEntry(line: string): AuditEntry | undefined;
  digest(json: string): string;
  readDigest(line: string): string | undefined;
}

const JSON_ENTRY = /^\{"seq":([1-9]\d{0,15}),"hash":"([0-9a-f]{64})","event":(\{.*\})\}$/s;

const JSONL: AuditLines = {
  preamble: [],
  header: (json) => json,
  readHeader: (line) => line,
  entry: ({ seq, hash, event }) => `{"seq":${seq},"hash":"${hash}","event":${event}}`,
  readEntry: (line) => {
    const [, seq, hash, event] = JSON_ENTRY.exec(line) ?? [];
    return seq && hash && event ? { seq: Number(seq), hash, event } : undefined;
  },
  digest: (json) => json,
  readDigest: (line) => (line.startsWith('{"digest":') ? line : undefined),
};

const COLUMNS = [
  'seq',
  'hash',
  'occurredAt',
  'type',
  'actorType',
  'actorId',
  'subjectType',
  'subjectId',
  'requestId',
  'event',
] as const;
const HEADER_MARK = 'muster-audit';
const DIGEST_MARK = 'digest';

const marked = (mark: string, line: string): string | undefined => {
  const [first, json = '', ...rest] = csvCells(line);
  return first === mark && rest.length === 0 && csvRow([mark, json]) === line ? json : undefined;
};

/** Columns for people repeat what is in the event; a row in which they differ is no row of ours. */
const CSV: AuditLines = {
  preamble: [csvRow(COLUMNS)],
  header: (json) => csvRow([HEADER_MARK, json]),
  readHeader: (line) => marked(HEADER_MARK, line),
  entry: ({ seq, hash, event }) => {
    const { occurredAt, type, actor, subject, requestId } = JSON.parse(event) as CanonicalHead;
    const forPeople = [occurredAt, type, actor.type, actor.id, subject.type, subject.id, requestId];
    return csvRow([String(seq), hash, ...forPeople.map((cell) => String(cell ?? '')), event]);
  },
  readEntry: (line) => {
    const cells = csvCells(line);
    const [seq = '', hash = ''] = cells;
    const event = cells.at(-1) ?? '';
    const entry = { seq: Number(seq), hash, event };
    return isEntry(entry) && CSV.entry(entry) === line ? entry : undefined;
  },
  digest: (json) => csvRow([DIGEST_MARK, json]),
  readDigest: (line) => marked(DIGEST_MARK, line),
};

interface CanonicalHead {
  readonly occurredAt: string;
  readonly type: string;
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly subject: { readonly type: string; readonly id: string };
  readonly requestId: string | null;
}

function isEntry({ seq, hash, event }: AuditEntry): boolean {
  if (!Number.isSafeInteger(seq) || !/^[0-9a-f]{64}$/.test(hash)) return false;
  try {
    const { actor, subject } = JSON.parse(event) as Partial<CanonicalHead>;
    return typeof actor === 'object' && actor !== null && typeof subject === 'object' && subject !== null;
  } catch {
    return false;
  }
}

export const AUDIT_LINES: Readonly<Record<AuditFormat, AuditLines>> = { jsonl: JSONL, csv: CSV };

/** The format that a file's first line is in. */
export function formatOf(firstLine: string): AuditFormat {
  return firstLine.startsWith(`${HEADER_MARK},`) ? 'csv' : 'jsonl';
}
