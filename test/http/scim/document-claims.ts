import { readFileSync } from 'node:fs';

/** The statuses that documents name. */
const STATUS =
  /(?<![\d.§] ?)\b(?:20[0-6]|30[1-8]|40\d|41\d|42\d|431|50[0-4])\b(?! (?:requests|documents|nodes|names|000|…))/g;

/** Sentences and rows of tables that name a status, each on one line; code blocks are left out. */
export function claimsOf(file: string): readonly string[] {
  const paragraphs: string[] = [];
  let isCode = false;
  let begins = true;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const text = line.trim();
    if (isCode || text === '' || line.startsWith('```')) begins = true;
    else if (begins || /^(?:\||- |\d+\. |#)/.test(text)) {
      paragraphs.push(text);
      begins = text.startsWith('|');
    } else paragraphs.push(`${paragraphs.pop() ?? ''} ${text}`);
  }
  return paragraphs
    .flatMap((text) =>
      text.startsWith('|') ? [text] : text.replace(/^(?:- |\d+\. |#+ )/, '').split(/(?<=\.)\s+(?=[A-Z*`])/),
    )
    .filter((text) => statusesIn(text).length > 0);
}

/** Each status once, in order. */
export function statusesIn(text: string): readonly number[] {
  return [...new Set((text.match(STATUS) ?? []).map(Number))].sort((a, b) => a - b);
}

/** Whether a file of tests has a test, or a table of tests, of this name. */
export function hasTest(file: string, name: string): boolean {
  const source = readFileSync(file, 'utf8');
  return [`'${name}'`, `"${name}"`].some((quoted) => source.includes(quoted));
}
