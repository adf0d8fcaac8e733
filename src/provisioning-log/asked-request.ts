import { isObject, type Json } from '../scim/index.js';

/** A SCIM request, as far as it tells what it is for. */
export interface AskedRequest {
  readonly method: string;
  /** Pattern of the route below the SCIM path, such as `/Users/:id`. */
  readonly route: string;
  /** `:id` of the path; undefined where the route has none. */
  readonly id: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
}

/** A member of a body by its name in any case (RFC 7643 §2.1). */
export function memberOf(body: unknown, name: string): Json | undefined {
  if (!isObject(body)) return undefined;
  const exact = body[name];
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  const found = Object.keys(body).find((key) => key.toLowerCase() === lower);
  return found === undefined ? undefined : body[found];
}

/** The name of the attribute that a path begins with, in lower case, without its schema: `emails[type eq "work"].value` is `emails`. */
export function attributeOf(path: string): string {
  const [beforeFilter = ''] = path.split('[', 1);
  const [name = ''] = beforeFilter.slice(beforeFilter.lastIndexOf(':') + 1).split('.', 1);
  return name.trim().toLowerCase();
}
