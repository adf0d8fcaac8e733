import { newId } from '../config/new-id.js';
import type { DomainEvent } from '../domain/domain-event.js';
import { appendSystemEvents } from '../persistence/events.repository.js';
import type { SystemSession } from '../persistence/unit-of-work.js';
import type { Author } from './author.js';

/** What a change is about. */
export interface Subject {
  readonly tenantId: string;
  readonly type: DomainEvent['subjectType'];
  readonly id: string;
}

type Values = Readonly<Record<string, unknown>>;

/** What differs, by name. */
export interface Difference {
  readonly changed: readonly string[];
  readonly before: Values;
  readonly after: Values;
}

/** Undefined where nothing differs; only what is wished for is looked at. */
export function differenceOf<T extends object>(before: T, wish: Partial<T>): Difference | undefined {
  const changed = (Object.keys(wish) as (keyof T & string)[]).filter(
    (name) => wish[name] !== undefined && JSON.stringify(wish[name]) !== JSON.stringify(before[name]),
  );
  if (changed.length === 0) return undefined;
  const pick = (from: Partial<T>) => Object.fromEntries(changed.map((name) => [name, from[name]]));
  return { changed, before: pick(before), after: pick(wish) };
}

/** The events of one transaction: by one author, at one time. */
export class AdminEvents {
  constructor(
    private readonly session: SystemSession,
    private readonly author: Author,
    readonly at: Date,
  ) {}

  made(type: DomainEvent['type'], subject: Subject, after: Values): Promise<void> {
    return this.tell(type, subject, { changed: Object.keys(after), after });
  }

  changed(type: DomainEvent['type'], subject: Subject, difference: Difference): Promise<void> {
    return this.tell(type, subject, { ...difference });
  }

  removed(type: DomainEvent['type'], subject: Subject, before: Values): Promise<void> {
    return this.tell(type, subject, { before });
  }

  newId(): string {
    return newId({ msecs: this.at.getTime() });
  }

  private tell(type: DomainEvent['type'], subject: Subject, data: DomainEvent['data']): Promise<void> {
    const { actor, requestId } = this.author;
    const event: DomainEvent = {
      id: this.newId(),
      type,
      occurredAt: this.at.toISOString(),
      actor,
      requestId,
      subjectType: subject.type,
      subjectId: subject.id,
      data,
    };
    return appendSystemEvents(this.session, subject.tenantId, [event]);
  }
}
