import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;

/** The lines of a file without their line feeds. One that is no UTF-8 comes as an empty line. */
export async function* fileLines(file: string): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = block.indexOf(LINE_FEED); end >= 0; end = block.indexOf(LINE_FEED)) {
      yield decoded(block.subarray(0, end));
      block = block.subarray(end + 1);
    }
    rest = block;
  }
  if (rest.length > 0) yield decoded(rest);
}

/** Strict: a reader that repairs bytes would overlook that somebody changed them. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '';
  }
}
