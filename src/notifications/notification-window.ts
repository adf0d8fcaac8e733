/** So long changes are gathered before anybody is told. */
const WINDOW_MS = 5 * 60_000;
/** A transaction that began in a window may commit a little after it. */
const SETTLE_MS = 10_000;

/** Times in ISO 8601, UTC. */
export interface NotificationWindow {
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** When everything that belongs to it is there. */
  readonly over: string;
}

/**
 * The window in which a time lies. Windows follow each other without gaps; those of different tenants begin at different
 * times, so that not all mails leave at once.
 * @param tenantId a UUID
 * @param at ISO 8601
 */
export function windowOf(tenantId: string, at: string): NotificationWindow {
  const shift = Number.parseInt(tenantId.slice(-8), 16) % WINDOW_MS;
  const from = Math.floor((Date.parse(at) - shift) / WINDOW_MS) * WINDOW_MS + shift;
  return { from: iso(from), to: iso(from + WINDOW_MS), over: iso(from + WINDOW_MS + SETTLE_MS) };
}

/** The window that ends at `to`. */
export function windowUntil(to: string): NotificationWindow {
  const end = Date.parse(to);
  return { from: iso(end - WINDOW_MS), to, over: iso(end + SETTLE_MS) };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
