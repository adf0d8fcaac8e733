import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

export const jumpcloud: Guide = {
  summary: 'A custom SSO application of JumpCloud with identity management.',
  steps: [
    step(
      'Make the application',
      'In SSO Applications → Add New Application choose a custom application, and in it Export users to this app (Identity Management).',
    ),
    step(
      'Enter the connection',
      'In Identity Management enter these values. Test Connection makes a real user with the test address and a group, and deletes both again: give an address that nobody has.',
      {
        'SCIM Version': 'SCIM 2.0',
        'Base URL': '{scimUrl}',
        'Token Key': TOKEN,
        'Test User Email': 'an address that nobody has',
      },
    ),
    step(
      'Activate',
      'Choose Enable management of User Groups and Group Membership if groups are to become teams, then Activate.',
    ),
    ASSIGN('In User Groups choose the groups whose people may use the application.'),
  ],
  users: mapped(
    ['userName', 'username', 'matches people'],
    ['name.givenName', 'firstname'],
    ['name.familyName', 'lastname'],
    ['displayName', 'displayname'],
    ['emails[type eq "work"].value', 'email'],
    ['phoneNumbers[type eq "mobile"].value', 'mobile'],
    ['phoneNumbers[type eq "work"].value', 'phone'],
    ['title', 'jobTitle'],
    ['addresses[type eq "work"].streetAddress', 'address.streetAddress'],
    ['addresses[type eq "work"].locality', 'address.locality'],
    ['addresses[type eq "work"].region', 'address.region'],
    ['addresses[type eq "work"].postalCode', 'address.postalCode'],
    ['addresses[type eq "work"].country', 'address.country'],
    ['active', 'activated'],
  ),
  groups: mapped(['displayName', 'the name of the user group'], ['members', 'its users']),
  notes: [
    'Removing somebody from all groups of the application deactivates; adding again reactivates the same member.',
    'JumpCloud repeats itself: adding who is there already, or removing who is gone, changes nothing and succeeds.',
  ],
  sources: ['https://support.jumpcloud.com/s/article/Custom-SCIM-Identity-Management'],
};
