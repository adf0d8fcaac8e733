import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LENIENT, STRICT, type Tolerance } from '../../../../src/scim/dialect.js';
import { parseFilter } from '../../../../src/scim/filter/parser.js';
import { printFilter } from '../../../../src/scim/filter/printer.js';
import { GroupType, UserType } from '../../../../src/scim/schema/resource-types.js';
import { ScimError } from '../../../../src/scim/scim-error.js';
import { filterArbitrary } from '../../../support/filter-arbitrary.js';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const canonical = (text: string) => printFilter(parseFilter(text, UserType));

function refusal(text: string, options = {}): ScimError {
  try {
    parseFilter(text, UserType, options);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('a filter is read', () => {
  it.each([
    ['names and operators in any case', 'NICKNAME EQ "a"', 'nickName eq "a"'],
    [
      'keywords in any case',
      'title pr AND NOT (active EQ TRUE) Or id pr',
      'title pr and not (active eq true) or id pr',
    ],
    ['extra white space', '  nickName \t eq   "al"  ', 'nickName eq "al"'],
    ['and before or', 'title pr or title pr and active eq true', 'title pr or title pr and active eq true'],
    [
      'parentheses first',
      '(title pr or nickName pr) and (id pr and userName pr)',
      '(title pr or nickName pr) and (id pr and userName pr)',
    ],
    ['needless parentheses', '((title pr) and ((nickName pr)))', 'title pr and nickName pr'],
    ['not without a space', 'not(title pr)', 'not (title pr)'],
    ['dotted names', 'NAME.familyname eq "Z"', 'name.familyName eq "Z"'],
    [
      'names with the core URN',
      'urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq "D"',
      'name.givenName eq "D"',
    ],
    ['names with an extension URN', `${ENT.toUpperCase()}:employeeNumber eq "2"`, `${ENT}:employeeNumber eq "2"`],
    ['a bare extension name', 'department eq "2"', `${ENT}:department eq "2"`],
    ['manager as its value', 'manager eq "x"', `${ENT}:manager.value eq "x"`],
    ['$ref', `${ENT}:manager.$ref eq "x"`, `${ENT}:manager.$ref eq "x"`],
    ['a multi-valued attribute as its value', 'emails eq "x"', 'emails.value eq "x"'],
    ['present on a complex attribute', 'name pr and emails pr', 'name pr and emails pr'],
    ['a value path', 'emails[type eq "work" and value co "@x"]', 'emails[type eq "work" and value co "@x"]'],
    [
      'a value path with logic',
      'emails[not (type eq "a" or type eq "b") and primary eq true]',
      'emails[not (type eq "a" or type eq "b") and primary eq true]',
    ],
    [
      'a term after the bracket, as Entra sends it',
      'emails[type eq "work"].value eq "x"',
      'emails[type eq "work" and value eq "x"]',
    ],
    [
      'presence after the bracket',
      'emails[type eq "a" or type eq "b"].value pr',
      'emails[(type eq "a" or type eq "b") and value pr]',
    ],
    ['a value path on a single value', 'name[givenName eq "a"]', 'name[givenName eq "a"]'],
    [
      'every escape of JSON',
      '"x" eq "x"'.replace('"x" eq', 'title eq').replace('"x"', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud835\\udcb3"'),
      'title eq "\\"\\\\/\\b\\f\\n\\r\\té𝒳"',
    ],
    [
      'brackets and keywords inside a string',
      'title eq ") or (title pr" or id pr',
      'title eq ") or (title pr" or id pr',
    ],
    ['null', 'title eq null or title ne NULL', 'title eq null or title ne null'],
    [
      'dateTimes with offsets',
      'meta.created gt "2026-01-01T00:00:00.5+05:30"',
      'meta.created gt "2026-01-01T00:00:00.5+05:30"',
    ],
    ['a schema', `schemas eq "${ENT}"`, `schemas eq "${ENT}"`],
  ])('%s', (_name, text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it('groups its terms as RFC 7644 §3.4.2.2 says', () => {
    expect(parseFilter('title pr or id pr and not (active eq false) or nickName pr', UserType)).toMatchObject({
      kind: 'or',
      left: { kind: 'or', left: { kind: 'present' }, right: { kind: 'and', right: { kind: 'not' } } },
      right: { kind: 'present' },
    });
  });

  it('takes a boolean written as a string, and says so', () => {
    const tolerances = new Set<Tolerance>();
    expect(parseFilter('roles[primary eq "True"]', UserType, { tolerances })).toMatchObject({ inner: { value: true } });
    expect([...tolerances]).toEqual(['boolean-as-string']);
    expect(refusal('active eq "true"', { dialect: STRICT }).scimType).toBe('invalidFilter');
  });

  it('takes a bare word for a string only where the dialect allows it', () => {
    const tolerances = new Set<Tolerance>();
    const dialect = { ...LENIENT, bareWords: true };
    const filter = parseFilter('externalId eq jyoung@x.test and active eq true', UserType, { dialect, tolerances });
    expect(printFilter(filter)).toBe('externalId eq "jyoung@x.test" and active eq true');
    expect([...tolerances]).toEqual(['bare-word-in-filter']);
    expect(refusal('externalId eq jyoung').message).toContain('double quotes');
    expect(refusal("externalId eq 'jyoung'", { dialect }).scimType).toBe('invalidFilter');
  });

  it('takes a date without quotation marks where it takes a bare word', () => {
    const date = '2015-10-10T14:38:21.8617979-07:00';
    const filter = parseFilter(`meta.created gt ${date}`, UserType, { dialect: { ...LENIENT, bareWords: true } });
    expect(printFilter(filter)).toBe(`meta.created gt "${date}"`);
    expect(refusal(`meta.created gt ${date}`).message).toContain('dateTime');
  });

  it('leaves null, true, false and numbers what they are, and takes a number for its digits', () => {
    const dialect = { ...LENIENT, bareWords: true };
    const tolerances = new Set<Tolerance>();
    const read = (text: string) => printFilter(parseFilter(text, UserType, { dialect, tolerances }));
    expect(read('title eq null or externalId eq 4711')).toBe('title eq null or externalId eq "4711"');
    expect([...tolerances]).toEqual(['number-for-string']);
    expect(refusal('title eq true', { dialect }).scimType).toBe('invalidFilter');
    expect(refusal('externalId eq 4711', { dialect: STRICT }).scimType).toBe('invalidFilter');
  });

  it('takes members as their value', () => {
    expect(printFilter(parseFilter('members eq "x"', GroupType))).toBe('members.value eq "x"');
  });
});

describe('a filter is refused with 400 invalidFilter', () => {
  it.each([
    ['', 'An attribute name is expected here (at its end)'],
    ['userName', 'An operator is expected here (at its end)'],
    ['userName eq', 'A value is expected here (at its end)'],
    ['userName zz "a"', 'An operator is expected here: eq'],
    ['userName np', 'An operator is expected here: eq'],
    ['eq "a"', '"eq" is no attribute of User (at character 1)'],
    ['userName eq "a', 'has no closing quote'],
    ['userName eq "a\\"', 'has no closing quote'],
    ['(userName eq "a"', '")" is expected here (at its end)'],
    ['userName eq "a")', '"and", "or" or the end of the filter is expected here (at character 16)'],
    ['userName eq "a" and', 'An attribute name'],
    ['userName eq "a" or or userName pr', '"or" is no attribute'],
    ["userName eq 'a'", 'double quotes (at character 13)'],
    ['userName eq "a" "b"', 'the end of the filter is expected'],
    ['userName eq a', 'double quotes'],
    ['userName eq true', 'double quotes'],
    ['userName eq true', 'double quotes'],
    ['emails[type eq "work"', '"]" is expected'],
    ['emails[type eq "work"]]', 'the end of the filter is expected'],
    ['emails[]', 'The name of a sub-attribute is expected'],
    ['emails[type eq "work"].nope eq "x"', '"nope" is no sub-attribute of emails'],
    ['emails[type eq "work"].value', 'An operator is expected'],
    ['emails[emails[type eq "a"]]', '"emails" is no sub-attribute'],
    ['emails[userName eq "x"]', '"userName" is no sub-attribute'],
    ['userName[value eq "x"]', 'no sub-attributes'],
    ['emails.value[type eq "x"]', 'no sub-attributes'],
    ['schemas[value eq "x"]', 'no sub-attributes'],
    ['()', 'An attribute name'],
    ['not title pr', 'After "not" a parenthesis'],
    ['user"Name;-- eq "a"', 'has no closing quote'],
    ['user;-- eq "a"', '"user;--" is no attribute'],
    ['name eq "x"', 'name is complex'],
    ['meta gt "x"', 'meta is complex'],
    ['addresses eq "x"', 'addresses is complex'],
    ['active gt true', 'gt cannot be applied to active'],
    ['active co "t"', 'co cannot be applied to active'],
    ['active eq "maybe"', 'true or false'],
    ['active eq 1', 'true or false'],
    ['x509Certificates.value lt "a"', 'lt cannot be applied to value, which is of type binary'],
    ['meta.created co "2026"', 'co cannot be applied to created'],
    ['meta.created gt "yesterday"', 'a dateTime such as'],
    ['meta.created gt "2026-02-30T00:00:00Z"', 'a dateTime such as'],
    ['meta.created gt "2026-01-01"', 'a dateTime such as'],
    ['meta.created gt "0000-01-01T00:00:00Z"', 'a dateTime such as'],
    ['meta.created gt "0001-01-01T00:00:00+14:00"', 'a dateTime such as'],
    ['meta.created gt "9999-12-31T23:59:59-01:00"', 'a dateTime such as'],
    ['meta.created gt 2026', 'a dateTime such as'],
    ['title gt null', 'gt cannot be applied to null'],
    ['password eq "x"', 'password cannot be filtered'],
    ['password pr', 'password cannot be filtered'],
    ['noSuchThing eq "x"', '"noSuchThing" is no attribute of User'],
    ['name.noSuchThing eq "x"', '"name.noSuchThing" is no attribute'],
    ['urn:example:nope:1.0:User:x eq "y"', 'is no attribute'],
    ['__proto__ eq "x"', 'is no attribute'],
    ['constructor.name pr', 'is no attribute'],
    ['title eq "\\x"', 'is not a JSON string'],
    ['title eq "\\u00"', 'is not a JSON string'],
    ['title eq "a\nb"', 'is not a JSON string'],
    ['title eq "\\u0000"', 'a character that no text can have'],
    ['title eq "\\ud800"', 'a character that no text can have'],
    ['title eq "\u0000"', 'a character that no text can have'],
    ['title eq "\ud800"', 'a character that no text can have'],
    [`${'x'.repeat(80)} pr`, `"${'x'.repeat(64)}…" is no attribute`],
  ])('%j', (text, detail) => {
    const error = refusal(text);
    expect([error.status, error.scimType]).toEqual([400, 'invalidFilter']);
    expect(error.message).toContain(detail);
  });

  it('never repeats the value it refuses', () => {
    for (const text of [
      'userName eq secret',
      'userName eq "a" secret',
      'active eq "secret"',
      'meta.created eq "secret"',
    ]) {
      expect(refusal(text).message).not.toContain('secret');
    }
  });

  const deep = (levels: number) => `${'('.repeat(levels)}userName pr${')'.repeat(levels)}`;
  const wide = (terms: number) => Array.from({ length: terms }, () => 'id pr').join(' or ');

  it.each([
    ['length', `title eq "${'a'.repeat(4096)}"`, 'longer than 4096 characters', `title eq "${'a'.repeat(4000)}"`],
    ['parentheses', deep(33), 'deeper than 32 levels', deep(32)],
    ['thousands of parentheses', deep(2000), 'deeper than 32 levels', deep(1)],
    ['thousands of them, over the length too', deep(5000), 'longer than', deep(1)],
    [
      'not',
      `${'not ('.repeat(33)}id pr${')'.repeat(33)}`,
      'deeper than 32',
      `${'not ('.repeat(32)}id pr${')'.repeat(32)}`,
    ],
    [
      'brackets below parentheses',
      `${'('.repeat(32)}emails[type pr]${')'.repeat(32)}`,
      'deeper',
      `${'('.repeat(31)}emails[type pr]${')'.repeat(31)}`,
    ],
    ['nodes', wide(101), 'more than 200 terms and operators', wide(100)],
  ])('over the limit of %s, and accepted below it', (_name, over, detail, below) => {
    expect(refusal(over).message).toContain(detail);
    expect(() => parseFilter(below, UserType)).not.toThrow();
  });
});

describe('a filter of several resource types', () => {
  const among = (text: string) => printFilter(parseFilter(text, GroupType, { alsoKnown: [UserType] }));

  it('B24 may name the attributes of each', () => {
    expect(among('members.value eq "1" or USERNAME eq "a"')).toBe('members.value eq "1" or userName eq "a"');
    expect(among('emails[type eq "work"]')).toBe('emails[type eq "work"]');
    expect(among('manager eq "1"')).toBe(`${ENT}:manager.value eq "1"`);
  });

  it.each([
    ['colour pr', '"colour" is no attribute of Group or User'],
    ['password eq "x"', 'password cannot be filtered'],
    ['active gt true', 'gt cannot be applied to active'],
  ])('still refuses %s', (text, reason) => {
    expect(() => among(text)).toThrow(reason);
  });
});

describe('for any input', () => {
  it('a printed filter parses to an equal filter', () => {
    fc.assert(
      fc.property(filterArbitrary, (filter) => {
        expect(parseFilter(printFilter(filter), UserType)).toEqual(filter);
      }),
    );
  });

  it('arbitrary text is parsed or refused, and nothing else happens', () => {
    const pieces = [
      '(',
      ')',
      '[',
      ']',
      '"',
      '\\',
      '.',
      ' ',
      'not',
      'and',
      'or',
      'eq',
      'pr',
      'emails',
      'userName',
      'value',
      'true',
      '1e9',
      '"a"',
      ':',
      'urn',
    ];
    const noise = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(noise, fc.boolean(), (parts, spaced) => {
        try {
          parseFilter(parts.join(spaced ? ' ' : ''), UserType, { dialect: { ...LENIENT, bareWords: true } });
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect((error as ScimError).scimType).toBe('invalidFilter');
        }
      }),
      { numRuns: 500 },
    );
  });
});
