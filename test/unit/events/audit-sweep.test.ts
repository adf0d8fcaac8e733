import { describe, expect, it } from '@jest/globals';
import { AuditFileVerifier } from '../../../src/events/audit-file.js';
import type { AuditFormat } from '../../../src/events/audit-format.js';
import { newSigningKey } from '../../../src/events/audit-signature.js';
import { auditFile, recorded } from '../../support/audit-files.js';

const COUNT = 1000;
const EVENTS = Array.from({ length: COUNT }, (_, index) =>
  recorded({ requestId: `r-${index}`, subjectVersion: index + 1, dataJson: `{"after":{"title":"t${index}"}}` }),
);

/** What may be done to the lines of the events; each changes, as its first, the one at `index`. */
const DAMAGES: Readonly<Record<string, (entries: readonly string[], index: number) => readonly string[]>> = {
  edited: (entries, index) =>
    entries.with(index, entries[index]!.replace('"title":"t', '"title":"T').replace('""title"":""t', '""title"":""T')),
  deleted: (entries, index) => entries.toSpliced(index, 1),
  inserted: (entries, index) => entries.toSpliced(index, 0, entries[(index + 1) % COUNT]!),
  'swapped with a later one': (entries, index) => {
    const other = index === COUNT - 1 ? index - 1 : index + 1 + ((index * 7919) % (COUNT - 1 - index));
    return entries.with(index, entries[other]!).with(other, entries[index]!);
  },
  'cut off, with all behind it': (entries, index) => entries.slice(0, index),
};

/** A verifier that goes on from where another one is, which stays there: so a sweep reads each line once. */
function fork(verifier: AuditFileVerifier): AuditFileVerifier {
  return Object.assign(new AuditFileVerifier(), verifier);
}

describe.each<[AuditFormat, number]>([
  ['jsonl', 1],
  ['csv', 2],
])(`Of ${COUNT} sealed events in a file (%s)`, (format, head) => {
  const lines = auditFile(EVENTS, newSigningKey(), format);
  const [entries, digest] = [lines.slice(head, -1), lines.at(-1)!];

  it.each(Object.entries(DAMAGES))('each one that is %s is found, and named', (_, damage) => {
    const prefix = new AuditFileVerifier();
    for (const line of lines.slice(0, head)) prefix.push(line);
    const wrong: object[] = [];
    for (let index = 0; index < COUNT; index++) {
      const damaged = damage(entries, index);
      const first = Math.min(
        index,
        entries.findIndex((line, place) => damaged[place] !== line),
      );
      const verifier = first < index ? new AuditFileVerifier() : fork(prefix);
      for (const line of first < index ? [...lines.slice(0, head), ...damaged] : damaged.slice(index))
        verifier.push(line);
      verifier.push(digest);
      const verdict = verifier.finish();
      if (verdict.kind !== 'tampered' || verdict.seq !== first + 1) wrong.push({ index, verdict });
      prefix.push(entries[index]!);
    }
    expect(wrong).toEqual([]);
    prefix.push(digest);
    expect(prefix.finish().kind).toBe('whole');
  });
});
