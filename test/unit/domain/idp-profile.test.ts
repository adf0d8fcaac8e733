import { describe, expect, it } from '@jest/globals';
import { IDP_NAMES, IDP_PROFILES, type IdpName, type IdpProfile } from '../../../src/domain/idp-profile.js';

/** What a profile can say, as a sentence of whoever looks after the connection. */
const SENTENCES: Readonly<Record<string, (profile: IdpProfile) => boolean>> = {
  'is held to the letter of the RFC': ({ dialect }) => !dialect.lenient,
  'makes an element by replacing a part of one that is not there': ({ dialect }) => dialect.replaceCreates,
  'leaves the quotation marks out of filters': ({ dialect }) => dialect.bareWords,
  'sends a PATCH without operations': ({ dialect }) => dialect.emptyPatch,
  'POSTs a person again, whom the userName tells': (profile) => profile.reactivateByUserName,
  'PUTs a group without members and means to keep them': (profile) => profile.putKeepsMembers,
  'gives up a push of a group that was refused': ({ unknownMembers }) => unknownMembers === 'skip',
  'writes our id where its own belongs': (profile) => profile.ignoreOwnIdAsExternalId,
};

const DIFFERENCES: Readonly<Record<IdpName, readonly (keyof typeof SENTENCES)[]>> = {
  generic: [],
  okta: ['POSTs a person again, whom the userName tells', 'gives up a push of a group that was refused'],
  'okta-custom': [
    'POSTs a person again, whom the userName tells',
    'PUTs a group without members and means to keep them',
    'gives up a push of a group that was refused',
  ],
  entra: [
    'makes an element by replacing a part of one that is not there',
    'leaves the quotation marks out of filters',
    'sends a PATCH without operations',
  ],
  jumpcloud: [
    'makes an element by replacing a part of one that is not there',
    'POSTs a person again, whom the userName tells',
  ],
  onelogin: [
    'makes an element by replacing a part of one that is not there',
    'POSTs a person again, whom the userName tells',
    'gives up a push of a group that was refused',
  ],
  ping: [],
  keycloak: [
    'PUTs a group without members and means to keep them',
    'gives up a push of a group that was refused',
    'writes our id where its own belongs',
  ],
  authentik: ['leaves the quotation marks out of filters'],
  google: [],
  rippling: ['makes an element by replacing a part of one that is not there'],
  strict: ['is held to the letter of the RFC'],
};

describe('What is known of an identity provider', () => {
  it.each(IDP_NAMES)('%s', (name) => {
    const said = Object.keys(SENTENCES).filter((sentence) => SENTENCES[sentence]?.(IDP_PROFILES[name]));
    expect(said).toEqual(DIFFERENCES[name]);
  });

  it('has a sentence for everything a profile can say', () => {
    const { name: _, title: __, dialect, ...rest } = IDP_PROFILES.generic;
    expect(Object.keys(SENTENCES)).toHaveLength(Object.keys({ ...dialect, ...rest }).length);
  });

  it('goes by the name of its profile, with a title of its own', () => {
    expect(IDP_NAMES.map((name) => IDP_PROFILES[name].name)).toEqual([...IDP_NAMES]);
    expect(new Set(IDP_NAMES.map((name) => IDP_PROFILES[name].title)).size).toBe(IDP_NAMES.length);
  });
});
