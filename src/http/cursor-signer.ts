import { createHmac } from 'node:crypto';

/** Signs the cursors of this installation; all instances share the secret, so each accepts the others' cursors. */
export class CursorSigner {
  constructor(private readonly secret: Buffer) {}

  readonly sign = (text: string): string => createHmac('sha256', this.secret).update(text).digest('base64url');
}
