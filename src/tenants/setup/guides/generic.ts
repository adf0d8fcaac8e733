import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const STANDARD_USERS = mapped(
  ['userName', 'what people sign in with', 'required; unique without case'],
  ['externalId', 'an id that never changes', 'unique for the connection'],
  ['name.givenName', 'first name'],
  ['name.familyName', 'last name'],
  ['displayName', 'full name'],
  ['emails[type eq "work"].value', 'e-mail address'],
  ['phoneNumbers[type eq "mobile"].value', 'mobile number'],
  ['phoneNumbers[type eq "work"].value', 'work number'],
  ['title', 'position'],
  ['addresses[type eq "work"].streetAddress', 'street address'],
  ['addresses[type eq "work"].locality', 'city'],
  ['addresses[type eq "work"].region', 'state'],
  ['addresses[type eq "work"].postalCode', 'postal code'],
  ['addresses[type eq "work"].country', 'country'],
  ['active', 'whether the person may use the application'],
);
export const STANDARD_GROUPS = mapped(
  ['displayName', 'the name of the group', 'required; unique without case unless the tenant allows duplicates'],
  ['externalId', 'an id that never changes'],
  ['members', 'its members, by the ids of their Users'],
);

export const generic: Guide = {
  summary: 'Any SCIM 2.0 client: lenient with usual deviations from the standard, each of which is counted.',
  steps: [
    step('Enter the connection', 'Where the identity provider asks for a SCIM 2.0 endpoint, enter these values.', {
      'Base URL': '{scimUrl}',
      Authentication: 'OAuth bearer token, in the header Authorization',
      Token: TOKEN,
    }),
    step('Test', 'A test reads GET /ServiceProviderConfig or GET /Users?count=1 and must answer 200.'),
    step('Map the attributes', 'Map what the table below names; what is not mapped stays empty.'),
    ASSIGN('Assign people and groups to the application.'),
  ],
  users: STANDARD_USERS,
  groups: STANDARD_GROUPS,
  notes: [
    'Choose the profile of your identity provider where there is one: it knows what that one deviates in.',
    'What the connection was forgiven is shown with the connection; a client that needs nothing forgiven can use the profile strict.',
  ],
  sources: ['https://www.rfc-editor.org/rfc/rfc7643', 'https://www.rfc-editor.org/rfc/rfc7644'],
};
