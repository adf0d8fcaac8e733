import { URN } from '../urns.js';
import { complex, reference, schema, string } from './define.js';

const IMMUTABLE = { mutability: 'immutable' } as const;

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
      string('value', 'The id of the member.', { ...IMMUTABLE, required: true, caseExact: true }),
      reference('$ref', 'The URI of the member.', ['User', 'Group'], IMMUTABLE),
      string('display', "The member's name to show.", IMMUTABLE),
      string('type', 'The resource type of the member.', { ...IMMUTABLE, canonicalValues: ['User', 'Group'] }),
    ],
    { multiValued: true },
  ),
]);
