import { isDeepStrictEqual } from 'node:util';

/** What the load writes of a user, and what has to be there again. */
export interface Content {
  readonly displayName: string;
  readonly title: string;
  readonly active: boolean;
  readonly emails: readonly { readonly value: string; readonly type: string }[];
}

/** Undefined: not on the wire. */
export type Wanted = Content | undefined;

/** One user as its only writer knows it. */
export interface Person {
  readonly userName: string;
  /** Of the resource on the wire; undefined while there is none that we know of. */
  id: string | undefined;
  /** As it was acknowledged last. */
  acknowledged: Wanted;
  /** What a request that was never answered would have made of it. */
  unanswered?: { readonly wanted: Wanted } | undefined;
}

/** A user as the service shows it. */
export interface Shown extends Content {
  readonly id: string;
  readonly userName: string;
}

/** Every write and what became of it. */
export class Journal {
  readonly people: Person[] = [];
  acknowledged = 0;

  /**
   * Compares what the service shows with what it acknowledged; whose last request was not answered may be before or after it, but
   * nothing in between. Those are then taken as they are.
   *
   * @returns one sentence for each fault
   */
  settle(shown: readonly Shown[]): string[] {
    const byName = new Map(shown.map((user) => [user.userName, user]));
    const faults = this.people.flatMap((person) => {
      const user = byName.get(person.userName);
      byName.delete(person.userName);
      const content = user && contentOf(user);
      const fault = faultOf(person, content);
      person.id = user?.id;
      person.acknowledged = content;
      person.unanswered = undefined;
      return fault === undefined ? [] : [fault];
    });
    return [...faults, ...[...byName.keys()].map((userName) => `${userName} was never written`)];
  }
}

function faultOf({ userName, acknowledged, unanswered }: Person, content: Wanted): string | undefined {
  const possible = [acknowledged, ...(unanswered ? [unanswered.wanted] : [])];
  if (possible.some((wanted) => isDeepStrictEqual(wanted, content))) return undefined;
  return `${userName} is ${JSON.stringify(content)} and may be ${possible.map((one) => JSON.stringify(one)).join(' or ')}`;
}

function contentOf({ displayName, title, active, emails }: Shown): Content {
  return { displayName, title, active, emails };
}
