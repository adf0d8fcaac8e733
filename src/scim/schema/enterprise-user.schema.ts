import { URN } from '../urns.js';
import { complex, reference, schema, string } from './define.js';

/** RFC 7643 §4.3. */
export const EnterpriseUserSchema = schema(
  URN.enterpriseUser,
  'EnterpriseUser',
  'What organizations keep about a person on top of the core attributes.',
  [
    string('employeeNumber', 'The number or code the organization gave the person.'),
    string('costCenter', 'The cost center.'),
    string('organization', 'The organization.'),
    string('division', 'The division.'),
    string('department', 'The department.'),
    complex('manager', 'The person this person reports to.', [
      string('value', 'The id of the manager, who is a User too.'),
      // Derived from `value`, so a client cannot make the two disagree.
      reference('$ref', 'The URI of the manager.', ['User'], { mutability: 'readOnly' }),
      // RFC 7643 §4.3 has it; here nothing tells it, so nothing shows it and no filter finds anybody by it.
      string('displayName', "The manager's name to show.", { mutability: 'readOnly', returned: 'never' }),
    ]),
  ],
);
