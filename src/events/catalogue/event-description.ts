import type { DomainEvent } from '../../domain/domain-event.js';
import type { JsonSchema } from './json-schema.js';

/** One type of event, as documents and filters know it. */
export interface EventDescription {
  /** A few words. */
  readonly title: string;
  /** When it is told, as a sentence. */
  readonly description: string;
  readonly subjectType: DomainEvent['subjectType'];
  /** The schema of `data`. */
  readonly data: JsonSchema;
  /** A `data` that fits the schema. */
  readonly example: Readonly<Record<string, unknown>>;
}
