const LONGEST = 100;

/** Line ends and other controls, and what turns the direction of the text around it. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const HALF_A_PAIR = /\p{Cs}/gu;

/** A name that somebody else chose, as a mail may show it: one line, of bounded length, that changes nothing around it. */
export function plainText(name: string): string {
  const line = name.replace(UNSEEN, ' ').replace(HALF_A_PAIR, '\ufffd').replace(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}
