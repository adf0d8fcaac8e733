/** The candidate that needs the fewest edits to become `name`. */
export function closestName(name: string, candidates: readonly string[]): string {
  const [first = '', ...rest] = candidates;
  return rest.reduce((best, next) => (edits(name, next) < edits(name, best) ? next : best), first);
}

/** Levenshtein's distance, one row of the table at a time. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const swap = row[column - 1]! + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(swap, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
