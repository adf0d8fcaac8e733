/**
 * Parses a JSON text as JSON.parse does, in steps: each hands about `stepCharacters` to JSON.parse, so that the caller can serve
 * other requests between two steps. Only containers that are longer than a step are taken apart here; the depth of those is bounded
 * by the stack, so a text of any depth has to be refused before.
 * @throws SyntaxError where JSON.parse throws
 */
export function* parseInSteps(text: string, stepCharacters: number): Generator<undefined, unknown> {
  return yield* new SteppedParser(text, stepCharacters).whole();
}

type Steps<T> = Generator<undefined, T>;

const ORDINARY = { configurable: true, enumerable: true, writable: true };

class SteppedParser {
  private at = 0;
  private stepStart = 0;

  constructor(
    private readonly text: string,
    private readonly step: number,
  ) {}

  *whole(): Steps<unknown> {
    const value = yield* this.value();
    if (this.next() !== undefined) throw new SyntaxError('Text after the value.');
    return value;
  }

  /** By JSON.parse where it fits into a step, else piece by piece. A string is one piece, because it costs little. */
  private *value(): Steps<unknown> {
    const first = this.next();
    const isContainer = first === '[' || first === '{';
    const end = isContainer ? endOfContainer(this.text, this.at, this.step) : endOfScalar(this.text, this.at);
    if (end === undefined) return yield* first === '[' ? this.array() : this.object();
    return JSON.parse(this.take(end));
  }

  private *array(): Steps<unknown[]> {
    const items: unknown[] = [];
    this.at++;
    if (this.takeIf(']')) return items;
    do {
      this.next();
      const end = endOfRun(this.text, this.at, this.step);
      if (end === undefined) items.push(yield* this.value());
      // An empty run would pass for an empty array: a comma too many.
      else if (end === this.at) throw new SyntaxError('A value is missing.');
      else for (const item of JSON.parse(`[${this.take(end)}]`) as unknown[]) items.push(item);
      if (this.isStepOver()) yield;
    } while (this.takeIf(','));
    if (!this.takeIf(']')) throw new SyntaxError('The array does not end.');
    return items;
  }

  private *object(): Steps<Record<string, unknown>> {
    const members: Record<string, unknown> = {};
    this.at++;
    if (this.takeIf('}')) return members;
    do {
      if (this.next() !== '"') throw new SyntaxError('A name is missing.');
      const name: string = JSON.parse(this.take(endOfScalar(this.text, this.at)));
      if (!this.takeIf(':')) throw new SyntaxError('A colon is missing.');
      const value = yield* this.value();
      if (name === '__proto__') Object.defineProperty(members, name, { ...ORDINARY, value });
      else members[name] = value;
      if (this.isStepOver()) yield;
    } while (this.takeIf(','));
    if (!this.takeIf('}')) throw new SyntaxError('The object does not end.');
    return members;
  }

  private isStepOver(): boolean {
    if (this.at - this.stepStart < this.step) return false;
    this.stepStart = this.at;
    return true;
  }

  /** The next character that is no white space; the place moves to it. */
  private next(): string | undefined {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
    return this.text[this.at];
  }

  private takeIf(character: string): boolean {
    if (this.next() !== character) return false;
    this.at++;
    return true;
  }

  private take(end: number): string {
    const taken = this.text.slice(this.at, end);
    this.at = end;
    return taken;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Where the array or object at `from` ends; undefined when it is longer than `most`. */
function endOfContainer(text: string, from: number, most: number): number | undefined {
  let depth = 0;
  const stop = Math.min(text.length, from + most);
  for (let at = from; at < stop; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth === 0) return at + 1;
  }
  // What does not end at all is a piece too, which JSON.parse refuses.
  return stop === text.length ? stop : undefined;
}

/** Where the last element ends that is whole within `most` characters from `from`; undefined when not even the first is. */
function endOfRun(text: string, from: number, most: number): number | undefined {
  let depth = 0;
  let end: number | undefined;
  const stop = Math.min(text.length, from + most);
  for (let at = from; at < stop; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth < 0) return at;
    else if (code === COMMA && depth === 0) end = at;
  }
  return end;
}

/** Where the string, number or word at `from` ends. */
function endOfScalar(text: string, from: number): number {
  if (text.charCodeAt(from) === QUOTE) return endOfString(text, from);
  let at = from;
  while (at < text.length && !endsWord(text.charCodeAt(at))) at++;
  return at;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

const isOpening = (code: number): boolean => code === 0x5b || code === 0x7b;
const isClosing = (code: number): boolean => code === 0x5d || code === 0x7d;
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const endsWord = (code: number): boolean => code === COMMA || code === 0x3a || isClosing(code) || isSpace(code);
