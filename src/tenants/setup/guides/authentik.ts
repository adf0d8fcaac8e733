import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const authentik: Guide = {
  summary: 'The SCIM provider of authentik.',
  steps: [
    step('Make the provider', 'In Applications → Providers → Create choose SCIM Provider and enter these values.', {
      Name: '{connection}',
      URL: '{scimUrl}',
      Token: TOKEN,
      'User Property Mappings': 'authentik default SCIM Mapping: User',
      'Group Property Mappings': 'authentik default SCIM Mapping: Group',
    }),
    step(
      'Add it to the application',
      'In Applications open the application and choose the provider as a Backchannel Provider.',
    ),
    ASSIGN('Bind people or groups to the application, or set a group as filter of the provider.'),
    step('Synchronise', 'Open the provider and choose Run sync again; later it runs on every change and once an hour.'),
  ],
  users: mapped(
    ['userName', 'username', 'matches people'],
    ['externalId', 'uid'],
    ['name.givenName', 'the first word of name'],
    ['name.familyName', 'the other words of name'],
    ['displayName', 'name'],
    ['emails[type eq "other"].value', 'email'],
    ['active', 'is_active'],
  ),
  groups: mapped(['displayName', 'name'], ['externalId', 'pk'], ['members', 'users']),
  notes: [
    'authentik reads the ServiceProviderConfig first, and cuts its changes of groups into as many pieces as that allows.',
    'When a name is taken it looks for the one who has it and goes on with that one, so people who are there already are matched.',
  ],
  sources: ['https://docs.goauthentik.io/add-secure-apps/providers/scim/'],
};
