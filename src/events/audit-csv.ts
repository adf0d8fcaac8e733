/** A cell that begins so is a formula to a spreadsheet. */
const FORMULA = /^[=+\-@\t\r]/;

/** One row without its line end (RFC 4180). A cell that a spreadsheet would calculate gets an apostrophe in front. */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => quoted(FORMULA.test(cell) ? `'${cell}` : cell)).join(',');
}

/** The cells of a row that `csvRow` wrote, apostrophes included; whatever else is given comes out as some cells or other. */
export function csvCells(row: string): string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quotedCell, plain]) =>
    quotedCell === undefined ? (plain ?? '') : quotedCell.replaceAll('""', '"'),
  );
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
