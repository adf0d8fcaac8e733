import type { RecordedEvent } from './sealed-event.js';

/**
 * The order in which committed events are sealed: that of their ids, but for one subject that of its versions. An id is made
 * before its change waits for the subject's row, so among changes of one subject it may be older than the change.
 * @param events in the order of their ids
 */
export function inSealingOrder(events: readonly RecordedEvent[]): RecordedEvent[] {
  const ordered = [...events];
  for (const places of placesBySubject(events).values()) {
    const inTurn = places.map((place) => events[place]!).sort(byVersion);
    places.forEach((place, index) => {
      ordered[place] = inTurn[index]!;
    });
  }
  return ordered;
}

/** Where the events are whose subjects count versions. */
function placesBySubject(events: readonly RecordedEvent[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  events.forEach(({ subjectId, subjectVersion }, place) => {
    if (subjectVersion === null) return;
    const known = places.get(subjectId);
    if (known) known.push(place);
    else places.set(subjectId, [place]);
  });
  return places;
}

/** One change of a team can be told by several events; what happened to the team itself comes before who is in it. */
function byVersion(a: RecordedEvent, b: RecordedEvent): number {
  return (a.subjectVersion ?? 0) - (b.subjectVersion ?? 0) || tellsOfMembers(a) - tellsOfMembers(b);
}

function tellsOfMembers({ type }: RecordedEvent): number {
  return type === 'team.membership_changed' || type === 'team.members_skipped' ? 1 : 0;
}
