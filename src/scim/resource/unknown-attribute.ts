import { badRequest } from '../scim-error.js';
import { type Reading, tolerate } from './coerce-simple.js';

const LONGEST_NAME_SHOWN = 100;

/** A name that is in no schema of the resource: passed over, or refused where the dialect is strict. */
export function unknownAttribute(path: string, reading: Reading): void {
  tolerate('unknown-attribute', reading, () =>
    badRequest('invalidSyntax', `${path.slice(0, LONGEST_NAME_SHOWN)} is not an attribute of this resource.`),
  );
}
