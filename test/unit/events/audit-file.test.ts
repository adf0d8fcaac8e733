import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalEvent } from '../../../src/domain/sealed-event.js';
import { csvCells, csvRow } from '../../../src/events/audit-csv.js';
import { AuditFileVerifier, type AuditVerdict } from '../../../src/events/audit-file.js';
import type { AuditFormat } from '../../../src/events/audit-format.js';
import { newSigningKey, publicKeyOf } from '../../../src/events/audit-signature.js';
import { auditFile, recorded } from '../../support/audit-files.js';

const KEY = newSigningKey();
const COUNT = 12;
const EVENTS = Array.from({ length: COUNT }, (_, index) =>
  recorded({ requestId: `r-${index}`, dataJson: `{"after":{"title":"\u2028 ${index}, \\"x\\""}}` }),
);

function verify(lines: readonly string[], key?: string): AuditVerdict {
  const verifier = new AuditFileVerifier(key);
  for (const line of lines) verifier.push(line);
  return verifier.finish();
}

const firstBad = (lines: readonly string[]) => {
  const verdict = verify(lines);
  return verdict.kind === 'tampered' ? verdict.seq : 'whole';
};

describe('The canonical event', () => {
  it('is one text with its members in one order, and the data as it is stored', () => {
    const event = recorded({ dataJson: '{"b" : 1.10,\n "a":"x"}' });
    expect(canonicalEvent(event)).toBe(
      '{"id":"019aa000-0000-7000-8000-000000000009","type":"member.updated","occurredAt":"2026-11-22T08:00:00.000Z",' +
        '"actor":{"type":"operator","id":null,"connectionId":null,"tokenId":null},"requestId":null,' +
        '"subject":{"type":"member","id":"019aa000-0000-7000-8000-000000000008","version":2},"data":{"b" : 1.10,  "a":"x"}}',
    );
  });

  it('does not depend on the order in which an event was put together', () => {
    const event = recorded();
    const reversed = Object.fromEntries(Object.entries(event).reverse()) as unknown as typeof event;
    expect(canonicalEvent(reversed)).toBe(canonicalEvent(event));
  });
});

describe.each<[AuditFormat, number]>([
  ['jsonl', 1],
  ['csv', 2],
])('An exported file (%s)', (format, head) => {
  const whole = auditFile(EVENTS, KEY, format);
  const entry = fc.integer({ min: 0, max: COUNT - 1 });
  const at = (index: number) => head + index;

  it('is whole as it was written, and names its key', () => {
    expect(verify(whole, publicKeyOf(KEY))).toMatchObject({
      kind: 'whole',
      last: { seq: COUNT },
      publicKey: publicKeyOf(KEY),
    });
  });

  it('is whole without events, and from the middle of a chain', () => {
    expect(verify(auditFile([], KEY, format)).kind).toBe('whole');
    const after = { seq: 41, hash: 'ab'.repeat(32) };
    expect(verify(auditFile(EVENTS, KEY, format, after))).toMatchObject({ kind: 'whole', last: { seq: 41 + COUNT } });
  });

  it('names the event in which any character was changed, added or taken away', () => {
    fc.assert(
      fc.property(entry, fc.nat(), fc.constantFrom('change', 'add', 'take'), (index, somewhere, how) => {
        const line = whole[at(index)]!;
        const place = somewhere % line.length;
        const other = line[place] === 'a' ? 'b' : 'a';
        const edited =
          line.slice(0, place) + (how === 'take' ? '' : other) + line.slice(how === 'add' ? place : place + 1);
        expect(firstBad(whole.with(at(index), edited))).toBe(index + 1);
      }),
      { numRuns: 400 },
    );
  });

  it('names the first event that is missing, wherever lines were cut out', () => {
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        expect(firstBad([...whole.slice(0, at(from)), ...whole.slice(at(to) + 1)])).toBe(from + 1);
      }),
    );
  });

  it('names the place where a line was put in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: COUNT }), entry, (place, copied) => {
        fc.pre(copied !== place);
        expect(firstBad(whole.toSpliced(at(place), 0, whole[at(copied)]!))).toBe(place + 1);
      }),
    );
  });

  it('names the first of two events that changed places', () => {
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        fc.pre(one !== other);
        const swapped = whole.with(at(one), whole[at(other)]!).with(at(other), whole[at(one)]!);
        expect(firstBad(swapped)).toBe(Math.min(one, other) + 1);
      }),
    );
  });

  it('names the first event that is cut off at the end, with the digest or without', () => {
    for (let kept = 0; kept < COUNT; kept++) {
      expect(firstBad(whole.slice(0, at(kept)))).toBe(kept + 1);
      expect(firstBad([...whole.slice(0, at(kept)), whole.at(-1)!])).toBe(kept + 1);
    }
    expect(firstBad(whole.slice(0, -1))).toBe(COUNT + 1);
  });

  it('does not stand another header, another digest, or a word after it', () => {
    const other = auditFile(EVENTS, newSigningKey(), format);
    expect(firstBad(whole.with(0, whole[0]!.replace('acme', 'umbra')))).toBe(1);
    expect(firstBad([...whole, ''])).toBe(COUNT + 1);
    expect(verify(other, publicKeyOf(KEY))).toMatchObject({
      kind: 'tampered',
      reason: expect.stringMatching(/another key/),
    });
    const grafted = whole.with(-1, whole.at(-1)!.replace(publicKeyOf(KEY), publicKeyOf(newSigningKey())));
    expect(verify(grafted)).toMatchObject({ kind: 'tampered', reason: expect.stringMatching(/signature/) });
  });

  it('cannot be rewritten as a whole by whoever has no key, though every hash fits', () => {
    const forged = auditFile(EVENTS.with(3, recorded({ dataJson: '{"forged":true}' })), newSigningKey(), format);
    expect(verify(forged).kind).toBe('whole');
    expect(verify(forged, publicKeyOf(KEY)).kind).toBe('tampered');
    expect(verify(forged.with(-1, whole.at(-1)!)).kind).toBe('tampered');
  });
});

describe('A file of anything else', () => {
  it('is tampered, whatever it is, and never an error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...auditFile(EVENTS, KEY, 'csv')))),
        (lines) => {
          expect(verify(lines).kind).toBe('tampered');
        },
      ),
    );
  });
});

describe('A cell of a CSV file', () => {
  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '\rx'])('is no formula: %j', (text) => {
    expect(csvCells(csvRow(['a', text, 'b']))).toEqual(['a', `'${text}`, 'b']);
  });

  it('is read as it was written otherwise', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text))), (cells) => {
        expect(csvCells(csvRow(['first', ...cells]))).toEqual(['first', ...cells]);
      }),
    );
  });
});
