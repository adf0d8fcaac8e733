import { ASSIGN, type Guide, mapped, step, TOKEN } from '../guide.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const entra: Guide = {
  summary: 'An enterprise application of Microsoft Entra ID with automatic provisioning.',
  steps: [
    step(
      'Make the application',
      'In Enterprise applications → New application → Create your own application choose "Integrate any other application you don\'t find in the gallery".',
    ),
    step(
      'Enter the connection',
      'In Provisioning → New configuration enter these values and choose Test connection: Entra looks for somebody who does not exist and expects an empty list. Behind the URL ?aadOptscim062020 may stand or not.',
      { 'Tenant URL': '{scimUrl}', 'Secret token': TOKEN },
    ),
    step(
      'Map the attributes',
      'In Mappings open Provision Microsoft Entra ID Users and make it look like the table below. Match by an attribute that never changes and is never given to somebody else; delete rows that nobody needs.',
    ),
    ASSIGN('In Users and groups assign people and groups, then choose Provision on demand for one of them.'),
    step(
      'Start',
      'Choose Start provisioning. The first cycle takes everybody, the others come about every 40 minutes.',
    ),
  ],
  users: mapped(
    ['userName', 'userPrincipalName', 'matching attribute, unless you match by externalId'],
    ['active', 'Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'comes as text and is read as a boolean'],
    ['externalId', 'objectId', 'never changes; mailNickname is the default of Entra'],
    ['displayName', 'displayName'],
    ['name.givenName', 'givenName'],
    ['name.familyName', 'surname'],
    ['name.formatted', 'Join(" ", [givenName], [surname])'],
    ['emails[type eq "work"].value', 'mail', 'may be the matching attribute'],
    ['phoneNumbers[type eq "mobile"].value', 'mobile'],
    ['phoneNumbers[type eq "work"].value', 'telephoneNumber'],
    ['title', 'jobTitle'],
    ['addresses[type eq "work"].streetAddress', 'streetAddress'],
    ['addresses[type eq "work"].locality', 'city'],
    ['addresses[type eq "work"].region', 'state'],
    ['addresses[type eq "work"].postalCode', 'postalCode'],
    ['addresses[type eq "work"].country', 'country'],
    [`${ENTERPRISE}:department`, 'department'],
    [`${ENTERPRISE}:employeeNumber`, 'employeeId'],
    [`${ENTERPRISE}:manager`, 'manager'],
  ),
  groups: mapped(
    ['displayName', 'displayName', 'matching attribute'],
    ['externalId', 'objectId'],
    ['members', 'members'],
  ),
  notes: [
    'Disabling somebody in Entra deactivates. Unassigning may send nothing at all, depending on the scope settings.',
    'Thirty days after a soft delete Entra deletes: the id answers 404 from then on, and the member stays, inactive, with its history.',
    'A group whose member is not provisioned yet is refused, which names the ids; Entra tries again in a later cycle.',
    'After many errors Entra puts the application into quarantine and sends once a day. Its provisioning log shows the sentences of the refusals.',
    'A changed attribute behind externalId makes people look new. Clear the state and restart the provisioning after such a change.',
  ],
  sources: [
    'https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups',
    'https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes',
  ],
};
