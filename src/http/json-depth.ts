const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds out how deep arrays and objects of a JSON text lie inside one another, part by part as the text comes. It reads each byte once
 * and keeps three values, so that a hostile text costs no stack; it does not check whether the text is JSON. Bytes are enough, because
 * no part of a multi-byte UTF-8 character looks like ASCII.
 */
export class JsonDepth {
  private depth = 0;
  private inString = false;
  private isEscaped = false;

  constructor(private readonly limit: number) {}

  /** Whether the text up to the end of this part goes deeper than the limit. */
  isExceededBy(part: Uint8Array): boolean {
    let { depth, inString } = this;
    let index = this.isEscaped ? 1 : 0;
    for (; index < part.length; index++) {
      const byte = part[index];
      if (inString) {
        if (byte === BACKSLASH) index++;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === 0x7b || byte === 0x5b) {
        depth++;
        if (depth > this.limit) return true;
      } else if (byte === 0x7d || byte === 0x5d) {
        depth--;
      }
    }
    this.depth = depth;
    this.inString = inString;
    this.isEscaped = part.length === 0 ? this.isEscaped : index > part.length;
    return false;
  }
}
