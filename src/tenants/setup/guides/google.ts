import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const google: Guide = {
  summary: 'Automated user provisioning of Google Workspace, for apps of its catalogue.',
  steps: [
    step(
      'Add the app',
      'In the Admin console → Apps → Web and mobile apps add the app of the catalogue. Google offers provisioning to those only: an app of your own cannot have it.',
    ),
    step(
      'Enter the connection',
      'In the section Auto-provisioning choose Configure auto-provisioning and enter these values.',
      {
        'Access token': TOKEN,
        'Endpoint URL': '{scimUrl}',
      },
    ),
    step(
      'Map the attributes',
      'Google reads the schemas of the service provider and offers what it finds; make the mapping look like the table below.',
    ),
    step(
      'Choose how people leave',
      'Say how long after somebody was turned off, suspended or deleted Google tells of it: within a day, or after 1, 7 or 21 days.',
    ),
    ASSIGN('In User access turn the app on for an organisational unit or a group, then switch auto-provisioning on.'),
  ],
  users: mapped(
    ['userName', 'Basic Information > Username', 'matches people'],
    ['externalId', 'Basic Information > Unique ID'],
    ['name.givenName', 'Basic Information > First name'],
    ['name.familyName', 'Basic Information > Last name'],
    ['emails[type eq "work"].value', 'Basic Information > Primary email'],
    ['phoneNumbers[type eq "mobile"].value', 'Phone > Mobile'],
    ['title', 'Employee details > Title'],
    ['active', 'whether the app is on for the person'],
  ),
  groups: mapped(['displayName', 'the name of the group', 'where the app of the catalogue takes groups']),
  notes: [
    'Suspending and deleting are told apart, and a deletion may come weeks after. The member stays, inactive, unless the tenant erases.',
  ],
  sources: ['https://support.google.com/a/answer/9338944'],
};
