import { type Guide, step, TOKEN } from '../guide.js';
import { ASSIGN_IN_OKTA, ASSIGNED_BEFORE, OKTA_GROUPS, OKTA_SOURCES, OKTA_USERS, PUSH_GROUPS, TO_APP } from './okta.js';

export const oktaCustom: Guide = {
  summary: 'An app of your own in Okta with SCIM provisioning: everything by PUT, also who is in a group.',
  steps: [
    step(
      'Make the app',
      'In Applications → Create App Integration make an app with SAML 2.0 or Secure Web Authentication. In General → App Settings → Edit choose SCIM as Provisioning.',
    ),
    step(
      'Enter the connection',
      'In Provisioning → Integration choose Edit, enter these values, and choose Test Connector Configuration: all that you enabled must be found.',
      {
        'SCIM connector base URL': '{scimUrl}',
        'Unique identifier field for users': 'userName',
        'Supported provisioning actions':
          'Push New Users, Push Profile Updates, Push Groups; Import New Users and Profile Updates and Import Groups if you like',
        'Authentication Mode': 'HTTP Header',
        Authorization: `Bearer, a blank, and ${TOKEN}; without Bearer where the form shows it already`,
      },
    ),
    TO_APP,
    ASSIGN_IN_OKTA,
    PUSH_GROUPS,
  ],
  users: OKTA_USERS,
  groups: OKTA_GROUPS,
  notes: [
    'Attributes that Okta does not map disappear when it replaces a user by PUT, as RFC 7644 §3.5.1 says; active stays when a PUT leaves it out.',
    'A PUT of a group without members keeps its members; an empty list empties it.',
    ASSIGNED_BEFORE,
  ],
  sources: OKTA_SOURCES,
};
