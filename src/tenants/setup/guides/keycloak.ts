import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const keycloak: Guide = {
  summary: 'Keycloak with the extension scim-for-keycloak as a SCIM client.',
  steps: [
    step(
      'Install the extension',
      'Keycloak itself is no SCIM client. Put scim-for-keycloak into its providers, restart it, and enable SCIM for the realm.',
    ),
    step('Enter the connection', 'Open SCIM Administration and add a remote SCIM provider with these values.', {
      Name: '{connection}',
      'Base URL': '{scimUrl}',
      Authentication: 'a bearer token',
      Token: TOKEN,
    }),
    step('Choose what is sent', 'Enable the resource types User and Group, and synchronisation on changes.'),
    ASSIGN('Assign the provider to a group of people, or to the realm.'),
  ],
  users: mapped(
    ['userName', 'username', 'matches people'],
    ['externalId', 'id', 'see below'],
    ['name.givenName', 'firstName'],
    ['name.familyName', 'lastName'],
    ['emails[primary eq true].value', 'email'],
    ['active', 'enabled'],
  ),
  groups: mapped(['displayName', 'the name of the group'], ['members', 'its members']),
  notes: [
    'After its first synchronisation the extension writes the id of the service provider into externalId. Such a value is not stored, so that a person keeps the externalId that Keycloak began with.',
    'A PUT of a group without members keeps its members.',
    'Doubled slashes in the URL are understood.',
  ],
  sources: ['https://scim-for-keycloak.de', 'https://github.com/Captain-P-Goldfish/scim-for-keycloak/issues/126'],
};
