const LONGEST = 100;

/** Line ends and other controls, and what turns the direction of the text around it. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
/** What mail programs make a link of, though it is only text: a scheme, and a dot between the labels of a name. */
const SCHEME = /[a-z][a-z0-9+.-]*:\/\/+/giu;
const DOT_IN_NAME = /(?<=[\p{L}\p{N}-])\.(?=\p{L}{2})/gu;
const HALF_A_PAIR = /\p{Cs}/gu;

/**
 * A name that someone else chose, as a mail may show it: one line, of bounded length, that changes nothing around it and that no mail
 * program makes a link of: `https://evil.example` becomes `evil. example`.
 */
export function plainText(name: string): string {
  const visible = name.replace(UNSEEN, ' ').replace(HALF_A_PAIR, '\ufffd');
  const line = visible.replace(SCHEME, '').replace(DOT_IN_NAME, '. ').replace(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}
