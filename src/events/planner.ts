import { OnEvent } from '@nestjs/event-emitter';
import type { PlannedDelivery } from '../domain/delivery.js';
import type { SealedEvent } from '../domain/sealed-event.js';

/** Emitted for every event, in the transaction that seals it. */
export const EVENT_SEALED = 'event.sealed';
/** Emitted when a batch of one tenant was read and before its first event is planned, in the transaction that seals it. */
export const SEALING = 'events.sealing';
/** Emitted when a batch of one tenant is sealed and committed: for those who would look for it later anyway. */
export const EVENTS_SEALED = 'events.sealed';

/** What a method under `@PreparesPlanning` is given. */
export interface Sealing {
  readonly tenantId: string;
}

/** The shape of a method under `@PlansDeliveries`. */
export type Planner = (sealed: SealedEvent) => readonly PlannedDelivery[];
/** The shape of a method under `@PreparesPlanning`. */
export type Preparer = (sealing: Sealing) => Promise<void>;

/** An error of a listener fails the batch, which is then tried again: nothing is sealed without its deliveries. */
const STRICT = { suppressErrors: false } as const;

/**
 * A method that says what an event sets off: pure and quick, because a transaction waits for it. What it needs to know it has
 * loaded before, under `@PreparesPlanning`. It may be asked twice for one event, when a batch is tried again.
 */
export function PlansDeliveries(): TypedMethodDecorator<Planner> {
  return OnEvent(EVENT_SEALED, STRICT);
}

/**
 * A method that loads what a planner of the same class needs for one tenant, such as its endpoints. It is awaited for each batch
 * of the tenant, after its events were read: what was committed before an event is seen when it is planned.
 */
export function PreparesPlanning(): TypedMethodDecorator<Preparer> {
  return OnEvent(SEALING, STRICT);
}

type TypedMethodDecorator<T> = (target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>) => void;
