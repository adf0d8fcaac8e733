const DATE_TIME = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;
const YEAR_ONE = Date.parse('0001-01-01T00:00:00Z');
const YEAR_TEN_THOUSAND = Date.parse('+010000-01-01T00:00:00Z');

/**
 * The instant of an xsd:dateTime (RFC 7643 §2.3.5) in milliseconds since 1970, finer fractions cut off; undefined when the
 * text is none, or lies outside the years 1 to 9999, which not every database can hold. Without a zone it means UTC.
 */
export function instantOf(text: string): number | undefined {
  const parts = DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [, date, time, fraction = '', zone = 'Z'] = parts;
  // Date.parse lets 30 February run over into March.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return undefined;
  const instant = Date.parse(`${date}${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`);
  return instant >= YEAR_ONE && instant < YEAR_TEN_THOUSAND ? instant : undefined;
}
