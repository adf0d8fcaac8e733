import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInSteps } from '../../../src/http/json-steps.js';

interface Parsed {
  readonly value: unknown;
  readonly steps: number;
}

function parsed(text: string, stepCharacters: number): Parsed {
  const parser = parseInSteps(text, stepCharacters);
  for (let steps = 1; ; steps++) {
    const { done, value } = parser.next();
    if (done) return { value, steps };
  }
}

/** The value, or the name of the error. */
function outcome(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return (error as Error).name;
  }
}

const spaced = (value: unknown, indent: number) => JSON.stringify(value, undefined, indent);

describe('parsing JSON in steps', () => {
  it('gives what JSON.parse gives, however small the step', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        (value, step, indent) => {
          const text = spaced(value, indent);
          expect(parsed(text, step).value).toStrictEqual(JSON.parse(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses what JSON.parse refuses and takes what it takes, in texts that were tampered with', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '1',
      '-',
      'e',
      'true',
      'null',
      '"a"',
      ' ',
      '\n',
      '\u0000',
      '{}',
      '[]',
    ];
    const tampered = fc
      .tuple(
        fc.jsonValue({ maxDepth: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...pieces)), { maxLength: 3 }),
      )
      .map(([value, changes]) =>
        changes.reduce((text, [place, cut, piece]) => {
          const at = place % (text.length + 1);
          return text.slice(0, at) + piece + text.slice(at + cut);
        }, JSON.stringify(value)),
      );
    const texts = fc.oneof(
      tampered,
      fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((each) => each.join('')),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), (text, step) => {
        expect(outcome(() => parsed(text, step).value)).toStrictEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '[1,]',
    '[,1]',
    '[1,,2]',
    '[ ]',
    '{ }',
    '{"a":1,}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '[1 2]',
    '[1',
    '{"a":',
    '"abc',
    '',
    '1 1',
    '{"__proto__":{"x":1},"a":2}',
    '{"a":1,"a":2}',
    '[[],[[]],{}]',
  ])('treats %s as JSON.parse does', (text) => {
    for (const step of [1, 2, 3, 5, 100]) {
      expect(outcome(() => parsed(text, step).value)).toStrictEqual(outcome(() => JSON.parse(text)));
    }
  });

  const MEBIBYTE = 1024 * 1024;
  const STEP = 64 * 1024;
  const repeated = (before: string, item: (index: number) => string, after: string): string => {
    const items: string[] = [];
    for (let length = 0; length < MEBIBYTE; length += (items.at(-1) as string).length + 1)
      items.push(item(items.length));
    return `${before}${items.join(',')}${after}`;
  };

  it.each<[string, string]>([
    ['members of a group', repeated('{"members":[', (index) => `{"value":"${index}"}`, ']}')],
    ['operations', repeated('{"Operations":[{"op":"add","value":[', (index) => `{"value":"${index}"}`, ']}]}')],
    ['empty objects', repeated('{"a":[', () => '{}', ']}')],
    ['objects of different names', repeated('{"a":[', (index) => `{"${index}":0}`, ']}')],
    ['names of one object', repeated('{', (index) => `"${index}":0`, '}')],
    ['numbers', repeated('[', () => '1', ']')],
    ['arrays in arrays', repeated('[[[[', (index) => `[${index}]`, ']]]]')],
  ])('takes at least a step for each 64 KiB of %s, and one for less', (_what, text) => {
    const { value, steps } = parsed(text, STEP);
    expect(steps).toBeGreaterThanOrEqual(Math.floor(text.length / STEP / 2));
    expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
    expect(parsed(text, text.length).steps).toBe(1);
  });
});
