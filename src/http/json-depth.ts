const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether arrays and objects of a JSON text lie more than `limit` deep inside one another. It reads the bytes once and
 * keeps one number, so that a hostile text costs no stack; whether the text is JSON at all is not its business.
 * Looking at bytes is enough, because no part of a multi-byte UTF-8 character looks like ASCII.
 */
export function isDeeperThan(limit: number, text: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > limit) return true;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    }
  }
  return false;
}
