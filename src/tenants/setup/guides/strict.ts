import type { Guide } from '../guide.js';
import { generic, STANDARD_GROUPS, STANDARD_USERS } from './generic.js';

export const strict: Guide = {
  summary:
    'A SCIM 2.0 client that keeps to RFC 7643 and RFC 7644: every deviation is refused with 400, so that it is noticed.',
  steps: generic.steps,
  users: STANDARD_USERS,
  groups: STANDARD_GROUPS,
  notes: [
    'Unknown attributes and schemas, booleans as text, capitalised operations and paths that select nothing are refused. Most identity providers need a lenient profile; this one is for clients under test.',
  ],
  sources: generic.sources,
};
