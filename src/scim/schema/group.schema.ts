import { URN } from '../urns.js';
import { complex, reference, schema, string } from './define.js';

const IMMUTABLE = { mutability: 'immutable' } as const;
/** What follows from who the member is. */
const READ_ONLY = { mutability: 'readOnly' } as const;

/** RFC 7643 §4.2. Its text requires `displayName`; the example in §8.7.1 does not, and the text wins. */
export const GroupSchema = schema(URN.group, 'Group', 'A set of people.', [
  string('displayName', 'The name of the group; unique without regard to case, width and blanks.', {
    required: true,
    preparation: 'nickname',
    uniqueness: 'server',
  }),
  complex(
    'members',
    'The people in the group.',
    [
      string('value', 'The id of the member.', { ...IMMUTABLE, required: true }),
      reference('$ref', 'The URI of the member.', ['User'], READ_ONLY),
      string('display', 'The displayName of the member, else the userName.', READ_ONLY),
      string('type', 'The resource type of the member.', { ...IMMUTABLE, canonicalValues: ['User'] }),
    ],
    { multiValued: true },
  ),
]);
