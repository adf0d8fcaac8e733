import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

/** The profile of the catalogue app and that of a custom app name the same attributes. */
export const OKTA_USERS = mapped(
  ['userName', 'userName', 'the Okta user name, usually an e-mail address; matches people'],
  ['externalId', "Okta's user id", 'set by Okta, not in the mapping'],
  ['name.givenName', 'firstName'],
  ['name.familyName', 'lastName'],
  ['displayName', 'displayName'],
  ['emails[type eq "work"].value', 'email'],
  ['phoneNumbers[type eq "mobile"].value', 'mobilePhone'],
  ['title', 'title'],
  ['addresses[type eq "work"].streetAddress', 'streetAddress'],
  ['addresses[type eq "work"].locality', 'city'],
  ['addresses[type eq "work"].region', 'state'],
  ['addresses[type eq "work"].postalCode', 'zipCode'],
  ['addresses[type eq "work"].country', 'countryCode'],
  ['active', 'whether the app is assigned'],
);
export const OKTA_GROUPS = mapped(
  ['displayName', 'the name of the pushed group'],
  ['members', 'its members who are assigned to the app'],
);

export const TO_APP = step(
  'Say what Okta may change',
  'In Provisioning → To App choose Edit and enable Create Users, Update User Attributes and Deactivate Users. Leave Sync Password off: a password that comes all the same is accepted and dropped.',
);
export const PUSH_GROUPS = step(
  'Push groups',
  'In Push Groups choose groups by name or by rule. Each becomes a team; use other groups to assign the app than those you push.',
);
export const ASSIGN_IN_OKTA = ASSIGN('In Assignments assign people or groups to the app.');
export const ASSIGNED_BEFORE =
  'People who were assigned before provisioning was turned on are not deactivated by Okta later. Duplicate the group that assigns them, assign the copy, unassign the original.';
export const OKTA_SOURCES = [
  'https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/',
  'https://help.okta.com/en-us/content/topics/apps/apps_app_integration_wizard_scim.htm',
];

export const okta: Guide = {
  summary: 'An app of the Okta Integration Network: profiles by PUT, activation and members of groups by PATCH.',
  steps: [
    step(
      'Add the app',
      'In Applications → Browse App Catalog add the app, then open its Provisioning tab and choose Configure API Integration.',
    ),
    step(
      'Enter the connection',
      'Enable the API integration, enter these values, and choose Test API Credentials: it must succeed.',
      {
        'Base URL': '{scimUrl}',
        'API Token': TOKEN,
      },
    ),
    TO_APP,
    ASSIGN_IN_OKTA,
    PUSH_GROUPS,
  ],
  users: OKTA_USERS,
  groups: OKTA_GROUPS,
  notes: [
    'Unassigning deactivates and deletes nothing. Assigning again reactivates the same member, found by its externalId or its userName.',
    ASSIGNED_BEFORE,
    'Import reads all users and groups, also those whom no identity provider manages, so that people can be matched before they are pushed.',
  ],
  sources: OKTA_SOURCES,
};
