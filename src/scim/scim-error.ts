import { URN } from './urns.js';

/** Keywords of RFC 7644 §3.12 (Table 9) and RFC 9865 §2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** The body of a SCIM error: exactly these members, because clients refuse unknown ones. */
export interface ScimErrorBody {
  readonly schemas: readonly [typeof URN.error];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** A refusal in the words of the protocol. `detail` says what is wrong and what to do; it never holds secrets or internals. */
export class ScimError extends Error {
  constructor(
    readonly status: number,
    readonly scimType: ScimType | undefined,
    detail: string,
  ) {
    super(detail);
    this.name = 'ScimError';
  }

  toBody(): ScimErrorBody {
    return {
      schemas: [URN.error],
      status: String(this.status),
      ...(this.scimType && { scimType: this.scimType }),
      detail: this.message,
    };
  }
}

/** 400 with the given keyword: the request is understood and wrong. */
export function badRequest(scimType: ScimType, detail: string): ScimError {
  return new ScimError(400, scimType, detail);
}
