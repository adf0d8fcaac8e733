/** Bounds of one tenant's readers of events. */
export const FEED_LIMITS = {
  /** Events of a page when nobody says otherwise, and at most. */
  page: { usual: 100, most: 500 },
  /** Places of the log that one filtered read looks at. */
  scanned: 5000,
  /** Seconds that an answer may wait for an event. */
  wait: 30,
  /** Requests of one tenant that wait at the same time. */
  waiting: 100,
  /** Event streams of one tenant at the same time. */
  streams: 20,
} as const;
