import { EventEmitter2 } from '@nestjs/event-emitter';
import { v7 as uuid } from 'uuid';
import { type Clock, systemClock } from '../../src/config/clock.js';
import { LimitCounter } from '../../src/config/limit-counter.js';
import type { DomainEvent } from '../../src/domain/domain-event.js';
import { Relay } from '../../src/events/relay.js';
import { RelayMetrics } from '../../src/events/relay-metrics.js';
import { Metrics } from '../../src/http/metrics.js';
import { RelayRepository } from '../../src/persistence/relay.repository.js';
import type { UnitOfWork } from '../../src/persistence/unit-of-work.js';

/** One instance's relay, not started: a test asks for its rounds. */
export function relayOver(work: UnitOfWork, emitter = new EventEmitter2(), clock: Clock = systemClock): Relay {
  const limits = new LimitCounter();
  return new Relay(new RelayRepository(work.system), emitter, new RelayMetrics(new Metrics(limits), limits), clock);
}

/** Rounds until nothing is left to seal. */
export async function sealAll(relay: Relay): Promise<void> {
  while ((await relay.round()) > 0);
}

export function someEvent(changes: Partial<DomainEvent> = {}): DomainEvent {
  return {
    id: uuid(),
    type: 'member.updated',
    occurredAt: new Date().toISOString(),
    actor: { type: 'operator', id: null, connectionId: null, tokenId: null },
    requestId: null,
    subjectType: 'member',
    subjectId: uuid(),
    data: {},
    ...changes,
  };
}
