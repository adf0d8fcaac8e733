import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { IDP_NAMES, type IdpName } from '../../../src/domain/idp-profile.js';
import { findAttribute, GroupType, type ResourceType, UserType } from '../../../src/scim/index.js';
import type { MappedAttribute } from '../../../src/tenants/setup/guide.js';
import { setupOf } from '../../../src/tenants/setup/setup-guide.js';
import { ROOT } from '../shape/source.js';
import { guidePage } from './guide-page.js';

const DIRECTORY = join(ROOT, 'docs/guides');
const URL_OF_PAGES = 'https://scim.example.com/scim/v2';

const guideOf = (idp: IdpName) => setupOf(idp, { scimUrl: URL_OF_PAGES, connection: idp });

/** What is mapped to something that the schema does not have. */
function unknown(type: ResourceType, rows: readonly MappedAttribute[]): string[] {
  const paths = rows.map(({ scim }) => scim);
  return paths.filter((path) => findAttribute(type, path.replace(/\[[^\]]*\]/, '')) === undefined);
}

describe('The guide of each identity provider', () => {
  it.each(IDP_NAMES)('%s is docs/guides, word by word (npm run golden rewrites it)', (idp) => {
    const page = join(DIRECTORY, `${idp}.md`);
    const expected = guidePage(guideOf(idp));
    if (process.env.MUSTER_GOLDEN === 'write') writeFileSync(page, expected);
    expect(readFileSync(page, 'utf8')).toBe(expected);
  });

  it('has a page there, and nobody else has', () => {
    expect(readdirSync(DIRECTORY).sort()).toEqual(IDP_NAMES.map((idp) => `${idp}.md`).sort());
  });

  it.each(IDP_NAMES)('%s maps attributes that there are, each once, and those that everybody needs', (idp) => {
    const { users, groups } = guideOf(idp);
    expect(unknown(UserType, users)).toEqual([]);
    expect(unknown(GroupType, groups)).toEqual([]);
    const mapped = users.map(({ scim }) => scim);
    expect(new Set(mapped).size).toBe(mapped.length);
    expect(mapped).toEqual(expect.arrayContaining(['userName', 'name.givenName', 'name.familyName', 'active']));
    expect(groups.map(({ scim }) => scim)).toContain('displayName');
  });

  it('would be found with an attribute that there is not', () => {
    const row = { scim: 'emails[type eq "work"].address', idp: 'mail', note: '' };
    expect(unknown(UserType, [row])).toEqual([row.scim]);
  });

  it.each(IDP_NAMES)('%s has the SCIM URL among what is to be entered, and leaves nothing open', (idp) => {
    const guide = guideOf(idp);
    const values = guide.steps.flatMap(({ fields }) => fields.map(({ value }) => value));
    expect(values).toContain(URL_OF_PAGES);
    expect(values.join(' ')).toContain(`the access token of the connection ${idp}`);
    expect(JSON.stringify(guide)).not.toMatch(/\{(scimUrl|connection)\}/);
  });

  it('takes values as text, whatever stands in them', () => {
    const { steps } = setupOf('entra', { scimUrl: '$&{connection}', connection: '$1' });
    const fields = steps.flatMap((step) => step.fields);
    expect(fields[0]).toEqual({ name: 'Tenant URL', value: '$&{connection}' });
    expect(fields[1]?.value).toContain('connection $1');
  });
});
