import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

const TEMPLATE = `{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
  "userName": "{$parameters.scimusername}",
  "externalId": "{$user.id}",
  "displayName": "{$user.display_name}",
  "name": { "givenName": "{$user.firstname}", "familyName": "{$user.lastname}" },
  "emails": [{ "value": "{$user.email}", "type": "work", "primary": true }]
}`;

export const onelogin: Guide = {
  summary: 'The application "SCIM Provisioner with SAML (SCIM v2 Core)" of OneLogin.',
  steps: [
    step(
      'Add the application',
      'In Applications → Add App look for "SCIM Provisioner with SAML (SCIM v2 Core)" and save it under a name of yours.',
    ),
    step('Enter the connection', 'In Configuration enter these values and choose API Connection → Enable.', {
      'SCIM Base URL': '{scimUrl}',
      'SCIM Bearer Token': TOKEN,
      'SCIM JSON Template': TEMPLATE,
    }),
    step(
      'Turn provisioning on',
      'In Provisioning choose Enable provisioning, and what happens to people who are deleted or suspended in OneLogin: Suspend keeps them, inactive; Delete takes them off, and they can come back.',
    ),
    step(
      'Map groups',
      'In Parameters open Groups, choose Include in User Provisioning, then in Rules set Groups to the roles that are to become teams. Refresh the entitlements in Provisioning to see those that exist.',
    ),
    ASSIGN('In Access choose the roles whose people may use the application, and in Users approve what is pending.'),
  ],
  users: mapped(
    ['userName', 'scimusername', 'the parameter of the application; usually the e-mail address'],
    ['externalId', 'id'],
    ['name.givenName', 'firstname'],
    ['name.familyName', 'lastname'],
    ['displayName', 'display_name'],
    ['emails[type eq "work"].value', 'email'],
    ['active', 'whether the person has access to the application'],
  ),
  groups: mapped(['displayName', 'the name of the role, by a rule'], ['members', 'people of the role']),
  notes: [
    'The template is free: attributes that it does not name are never sent.',
    'emails may arrive as one object instead of a list; it is taken as a list of one, and counted.',
  ],
  sources: ['https://onelogin.service-now.com/kb?id=kb_article_view&sysparm_article=KB0013904'],
};
