const SECRET_NAMES = new Set(['authorization', 'token', 'password', 'secret', 'cookie', 'body', 'headers']);
const HIDDEN = '[hidden]';

/**
 * A second line of defence for log lines: what has a suspicious name loses its value, at any depth. Nobody should log such
 * an object; the usual line has none, and comes back as it is for the price of a few look-ups.
 */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  let cleaned: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(fields)) {
    const shown = SECRET_NAMES.has(name.toLowerCase()) ? HIDDEN : clean(value);
    if (shown !== value) {
      cleaned ??= { ...fields };
      cleaned[name] = shown;
    }
  }
  return cleaned ?? fields;
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  return isPlainObject(value) ? withoutSecrets(value) : value;
}

/** Errors and dates keep their own form. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
