import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const rippling: Guide = {
  summary: 'A custom SCIM app of Rippling.',
  steps: [
    step(
      'Make the app',
      'In IT → Third-Party Access choose Add Integration → Create New Custom Integration, give it a name, and choose User Management via SCIM.',
    ),
    step('Enter the connection', 'Enter these values, then install the app and enter its token.', {
      'SCIM Version': '2.0',
      'SCIM Base URL': '{scimUrl}',
      'SCIM Authorization Method': 'Bearer Token',
      Features: 'Supports Groups, Supports Pagination, Create & Delete Groups, Use PATCH to edit Groups',
      'Supported SCIM Attributes': 'externalId, emails.primary, name.givenName, name.familyName, title',
      'Bearer Token': TOKEN,
    }),
    step(
      'Match people',
      'Rippling looks for people by their primary e-mail address. Confirm whom it found, and who is new.',
    ),
    ASSIGN('In Access Rules choose who gets the app, and when.'),
  ],
  users: mapped(
    ['userName', 'Work email'],
    ['externalId', "Rippling's id of the person", 'set by Rippling'],
    ['name.givenName', 'First name'],
    ['name.familyName', 'Last name'],
    ['emails[primary eq true].value', 'Work email', 'matches people'],
    ['title', 'Job title'],
    ['active', 'whether the person has the app'],
  ),
  groups: mapped(['displayName', 'the name of the group'], ['members', 'people of the group']),
  notes: ['People are only ever found by emails[primary eq true].value, so that attribute has to be mapped.'],
  sources: ['https://workos.com/docs/integrations/rippling-scim/2-create-your-rippling-application'],
};
