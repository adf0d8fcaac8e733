const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** RFC 4648 §5 without padding, of a string whose characters are bytes (U+0000 to U+00FF). */
export function encodeBase64url(bytes: string): string {
  let result = '';
  let bits = 0;
  let held = 0;
  for (let at = 0; at < bytes.length; at++) {
    bits = (bits << 8) | bytes.charCodeAt(at);
    for (held += 8; held >= 6; held -= 6) result += ALPHABET.charAt((bits >> (held - 6)) & 63);
    bits &= 63;
  }
  return held > 0 ? result + ALPHABET.charAt((bits << (6 - held)) & 63) : result;
}

/** The reverse; undefined for what {@link encodeBase64url} never writes. */
export function decodeBase64url(text: string): string | undefined {
  let result = '';
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) return undefined;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    result += String.fromCharCode((bits >> held) & 255);
    bits &= 63;
  }
  return encodeBase64url(result) === text ? result : undefined;
}
