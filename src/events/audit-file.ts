import { type ChainPoint, GENESIS_HASH } from '../domain/sealed-event.js';
import { AUDIT_LINES, type AuditEntry, type AuditLines, formatOf } from './audit-format.js';
import { isSignedBy, publicKeyOf, signText } from './audit-signature.js';
import { sealHash } from './seal.js';

/** What the first line of an exported file says. `after` anchors the file: the seal before its first. */
export interface AuditHeader {
  readonly audit: 'muster';
  readonly version: 1;
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly after: ChainPoint;
  readonly exportedAt: string;
}

interface Tampered {
  readonly kind: 'tampered';
  /** The first sequence number that is not as it was exported: changed, missing, or with another in its place. */
  readonly seq: number;
  readonly reason: string;
}

export type AuditVerdict =
  | { readonly kind: 'whole'; readonly header: AuditHeader; readonly last: ChainPoint; readonly publicKey: string }
  | Tampered;

export function headerJson(header: AuditHeader): string {
  const { audit, version, tenant, after, exportedAt } = header;
  return JSON.stringify({
    audit,
    version,
    tenant: { id: tenant.id, slug: tenant.slug },
    after: { seq: after.seq, hash: after.hash },
    exportedAt,
  });
}

/** The last line: where the file ends, signed together with its header. The chain vouches for all between. */
export function digestJson(header: string, last: ChainPoint, signingKey: string): string {
  return digestText(last, publicKeyOf(signingKey), signText(signingKey, signedText(header, last)));
}

/**
 * Reads an exported file line by line and says whether it is as it was exported. It needs nothing else, and no more memory
 * than a line. Whoever has no copy of the public key from elsewhere learns that the file is of one piece, not who made it.
 */
export class AuditFileVerifier {
  private lines: AuditLines | undefined;
  private headerText = '';
  private header: AuditHeader | undefined;
  private end: ChainPoint = { seq: 0, hash: GENESIS_HASH };
  private preambleLeft: readonly string[] = [];
  private publicKey: string | undefined;
  private fault: Tampered | undefined;

  /** @param expectedKey the public key that must have signed, as `muster audit key` prints it */
  constructor(private readonly expectedKey?: string) {}

  /** @param line without its line end */
  push(line: string): void {
    this.fault ??= this.read(line);
  }

  finish(): AuditVerdict {
    if (this.fault) return this.fault;
    if (!this.header || this.publicKey === undefined)
      return tampered(this.end.seq + 1, 'the file ends without its digest');
    return { kind: 'whole', header: this.header, last: this.end, publicKey: this.publicKey };
  }

  private read(line: string): Tampered | undefined {
    if (!this.lines) return this.begin(line);
    if (this.preambleLeft.length > 0) return this.passPreamble(line);
    if (this.publicKey !== undefined) return tampered(this.end.seq + 1, 'something follows the digest');
    const entry = this.lines.readEntry(line);
    if (entry) return this.readEntry(entry);
    const digest = this.lines.readDigest(line);
    return digest === undefined ? tampered(this.end.seq + 1, 'a line is no entry') : this.readDigest(digest);
  }

  private begin(line: string): Tampered | undefined {
    this.lines = AUDIT_LINES[formatOf(line)];
    this.preambleLeft = this.lines.preamble;
    this.headerText = this.lines.readHeader(line) ?? '';
    this.header = parseHeader(this.headerText);
    if (!this.header) return tampered(1, 'the first line is no header');
    this.end = this.header.after;
    return undefined;
  }

  private passPreamble(line: string): Tampered | undefined {
    const [expected, ...rest] = this.preambleLeft;
    this.preambleLeft = rest;
    return line === expected ? undefined : tampered(this.end.seq + 1, 'the line of column names is not ours');
  }

  private readEntry({ seq, hash, event }: AuditEntry): Tampered | undefined {
    const expected = this.end.seq + 1;
    if (seq !== expected) return tampered(expected, `${seq} stands in its place`);
    if (hash !== sealHash(this.end.hash, event)) return tampered(expected, 'its hash does not match');
    this.end = { seq, hash };
    return undefined;
  }

  private readDigest(text: string): Tampered | undefined {
    const digest = parseDigest(text);
    if (!digest) return tampered(this.end.seq + 1, 'the digest is not readable');
    const { last, publicKey, signature } = digest;
    if (last.seq > this.end.seq) return tampered(this.end.seq + 1, 'it is missing');
    if (last.seq < this.end.seq) return tampered(last.seq + 1, 'it was not exported');
    if (last.hash !== this.end.hash) return tampered(this.end.seq, 'the digest has another hash');
    if (this.expectedKey !== undefined && publicKey !== this.expectedKey) {
      return tampered(this.firstSeq(), 'the file is signed with another key');
    }
    if (!isSignedBy(publicKey, signedText(this.headerText, last), signature)) {
      return tampered(this.firstSeq(), 'the signature does not match');
    }
    this.publicKey = publicKey;
    return undefined;
  }

  private firstSeq(): number {
    return (this.header?.after.seq ?? 0) + 1;
  }
}

const tampered = (seq: number, reason: string): Tampered => ({ kind: 'tampered', seq, reason });

const signedText = (header: string, last: ChainPoint): string => `${header}\n${last.seq}\n${last.hash}\n`;

function digestText({ seq, hash }: ChainPoint, publicKey: string, signature: string): string {
  return JSON.stringify({ digest: { last: { seq, hash }, algorithm: 'Ed25519', publicKey, signature } });
}

/** Undefined for all that `headerJson` would not write. */
function parseHeader(text: string): AuditHeader | undefined {
  const header = parsed(text) as AuditHeader | undefined;
  const point = header?.after;
  if (header?.audit !== 'muster' || header.version !== 1 || !isPoint(point) || typeof header.tenant !== 'object') {
    return undefined;
  }
  if (point.seq === 0 && point.hash !== GENESIS_HASH) return undefined;
  return header.tenant !== null && headerJson(header) === text ? header : undefined;
}

function parseDigest(text: string) {
  const { digest } = (parsed(text) ?? {}) as { digest?: Record<string, unknown> };
  const { last, publicKey, signature } = digest ?? {};
  if (!isPoint(last) || typeof publicKey !== 'string' || typeof signature !== 'string') return undefined;
  return digestText(last, publicKey, signature) === text ? { last, publicKey, signature } : undefined;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPoint(value: unknown): value is ChainPoint {
  const { seq, hash } = (value ?? {}) as Partial<ChainPoint>;
  return Number.isSafeInteger(seq) && Number(seq) >= 0 && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
}
