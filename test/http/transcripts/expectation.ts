import { isList, isObject, type Json, type JsonObject } from '../../../src/scim/index.js';

/**
 * What an answer must look like, as data. An object names the members that matter; a list is compared element by element;
 * anything else must be equal. An object with a `$` is a matcher:
 * `{"$":"absent"}`, `{"$":"text"}` (not empty), `{"$":"not","value":x}`, `{"$":"has","elements":[…]}` (each fits another element).
 */
export function mismatches(expected: Json, actual: Json | undefined, at = 'body'): string[] {
  if (isObject(expected) && typeof expected.$ === 'string') {
    return fits(expected.$, expected, actual) ? [] : [complaint(at, expected, actual)];
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return [complaint(at, expected, actual)];
    return Object.entries(expected).flatMap(([name, each]) => mismatches(each, actual[name], `${at}.${name}`));
  }
  if (isList(expected)) {
    if (!isList(actual) || actual.length !== expected.length) return [complaint(at, expected, actual)];
    return expected.flatMap((each, index) => mismatches(each, actual[index], `${at}[${index}]`));
  }
  return expected === actual ? [] : [complaint(at, expected, actual)];
}

function fits(matcher: string, expected: JsonObject, actual: Json | undefined): boolean {
  switch (matcher) {
    case 'absent':
      return actual === undefined;
    case 'text':
      return typeof actual === 'string' && actual !== '';
    case 'not':
      return actual !== undefined && actual !== expected.value;
    case 'has':
      return isList(expected.elements) && isList(actual) && areAmong(expected.elements, actual);
    default:
      throw new Error(`There is no matcher ${matcher}.`);
  }
}

function areAmong(wanted: readonly Json[], list: readonly Json[]): boolean {
  const found = wanted.map((each) => list.findIndex((element) => mismatches(each, element).length === 0));
  return !found.includes(-1) && new Set(found).size === wanted.length;
}

function complaint(at: string, expected: Json, actual: Json | undefined): string {
  return `${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}
