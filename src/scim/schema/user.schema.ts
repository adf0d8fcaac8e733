import { URN } from '../urns.js';
import { binary, boolean, complex, reference, schema, string, values } from './define.js';

const READ_ONLY = { mutability: 'readOnly' } as const;

/** RFC 7643 §4.1. */
export const UserSchema = schema(URN.user, 'User', 'A person with an account.', [
  string('userName', 'The name the person signs in with; unique without regard to case.', {
    required: true,
    uniqueness: 'server',
    preparation: 'username',
  }),
  complex('name', 'The parts of the real name.', [
    string('formatted', 'The full name, ready to display.'),
    string('familyName', 'The family name.'),
    string('givenName', 'The given name.'),
    string('middleName', 'The middle names.'),
    string('honorificPrefix', 'What stands before the name, such as "Ms.".'),
    string('honorificSuffix', 'What stands after the name, such as "III".'),
  ]),
  string('displayName', 'The name to show to other people.'),
  string('nickName', 'How the person is casually called.'),
  reference('profileUrl', 'A page about the person.', ['external']),
  string('title', 'The job title.'),
  string('userType', 'The relation to the organization, such as "Employee" or "Contractor".'),
  string('preferredLanguage', 'Languages of choice in the form of the Accept-Language header.'),
  string('locale', 'Language tag that decides how dates, numbers and currency are shown.'),
  string('timezone', 'Time zone by its IANA name, such as "Europe/Paris".'),
  boolean('active', 'Whether the person may use the account.', { defaultValue: true }),
  string('password', 'A clear-text password to set; never returned.', {
    caseExact: true,
    mutability: 'writeOnly',
    returned: 'never',
  }),
  values('emails', 'E-mail addresses.', string('value', 'The address.', { indexed: true }), ['work', 'home', 'other']),
  values('phoneNumbers', 'Telephone numbers.', string('value', 'The number, kept as it was sent.'), [
    'work',
    'home',
    'mobile',
    'fax',
    'pager',
    'other',
  ]),
  values('ims', 'Instant messaging addresses.', string('value', 'The address.'), [
    'aim',
    'gtalk',
    'icq',
    'xmpp',
    'msn',
    'skype',
    'qq',
    'yahoo',
  ]),
  values('photos', 'Pictures of the person.', reference('value', 'The address of an image.', ['external']), [
    'photo',
    'thumbnail',
  ]),
  complex(
    'addresses',
    'Postal addresses.',
    [
      string('formatted', 'The whole address, ready for a label; may hold line breaks.'),
      string('streetAddress', 'Street, house number and the like; may hold line breaks.'),
      string('locality', 'The city.'),
      string('region', 'The state or region.'),
      string('postalCode', 'The postal code.'),
      string('country', 'The country.'),
      string('type', 'What the address is used for.', { canonicalValues: ['work', 'home', 'other'] }),
      boolean('primary', 'Whether this is the preferred address; true at most once.'),
    ],
    { multiValued: true },
  ),
  complex(
    'groups',
    'The groups the person is in; changed through the Group resource.',
    [
      string('value', 'The id of the group.', READ_ONLY),
      reference('$ref', 'The URI of the group.', ['Group'], READ_ONLY),
      string('display', 'The name of the group.', READ_ONLY),
      string('type', 'How the person came to be in it.', { ...READ_ONLY, canonicalValues: ['direct'] }),
    ],
    { ...READ_ONLY, multiValued: true },
  ),
  values('entitlements', 'Things the person is entitled to.', string('value', 'The entitlement.')),
  values('roles', 'Roles the person has.', string('value', 'The role.')),
  values('x509Certificates', 'Certificates issued to the person.', binary('value', 'One certificate, DER in base64.')),
]);
