/** `member.provisioned`, or `member.*` for all of a noun. */
export const EVENT_PATTERN = /^[a-z][a-z_]{0,39}\.(\*|[a-z][a-z_]{0,39})$/;

/** Whether an endpoint wants events of this type; no patterns at all mean that it wants everything. */
export function wants(patterns: readonly string[], type: string): boolean {
  const wholeNoun = `${type.slice(0, type.indexOf('.'))}.*`;
  return patterns.length === 0 || patterns.includes(type) || patterns.includes(wholeNoun);
}
