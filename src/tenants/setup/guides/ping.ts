import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const ping: Guide = {
  summary: 'The SCIM connector of PingOne, or the SCIM provisioner of PingFederate.',
  steps: [
    step(
      'Make the connection at Ping',
      'PingOne: Integrations → Provisioning → New Connection → Identity Store → SCIM Outbound. PingFederate: an SP connection with Outbound Provisioning of the type SCIM.',
    ),
    step('Enter the connection', 'Enter these values and choose Test Connection.', {
      'SCIM Base URL (PingFederate: SCIM URL)': '{scimUrl}',
      'SCIM Version': '2.0',
      'Users Resource': '/Users',
      'Authentication Method': 'OAuth 2 Bearer Token',
      'Access Token': TOKEN,
      'Auth Type Header': 'Bearer',
      'Unique User Identifier': 'userName',
    }),
    step(
      'Choose the actions',
      'Allow users to be created, updated and disabled. As Remove Action choose Disable to keep people inactive, or Delete to take them off.',
    ),
    step(
      'Make a rule',
      'PingOne: in Provisioning → New Rule choose the connection, whom it is for, and the attributes. PingFederate: choose the channel and map the attributes.',
    ),
    ASSIGN('Enable the rule or the channel for a small group of people.'),
  ],
  users: mapped(
    ['userName', 'username', 'matches people'],
    ['externalId', 'user id'],
    ['name.givenName', 'given name'],
    ['name.familyName', 'family name'],
    ['displayName', 'formatted name'],
    ['emails[type eq "work"].value', 'e-mail address'],
    ['phoneNumbers[type eq "mobile"].value', 'mobile phone'],
    ['title', 'title'],
    ['active', 'enabled'],
  ),
  groups: mapped(['displayName', 'the name of the group'], ['members', 'its members']),
  notes: [
    'Ping replaces users by PUT and never uses PATCH for them: attributes that it does not map disappear; active stays when a PUT leaves it out.',
    'Groups are found by reading all of them, so the first synchronisation of a tenant with many groups takes a while.',
    'Instead of a long-lived token Ping can get its tokens by OAuth 2.0 client credentials.',
  ],
  sources: [
    'https://docs.pingidentity.com/integrations/scim/setup/pf_scim_connector_scim_connector_settings_reference.html',
    'https://docs.pingidentity.com/r/en-us/pingone/p1_scim_provisioning_features',
  ],
};
