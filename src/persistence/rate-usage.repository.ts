import { systemStatement } from './statement.js';
import type { SystemSession } from './unit-of-work.js';

/** Units that an instance took from a bucket, in all since its row began. */
export interface StoredUsage {
  readonly instance: string;
  readonly kind: string;
  readonly subject: string;
  readonly units: number;
  readonly perSecond: number;
}

/**
 * Adds what this instance used and reads the rows of the others. A row that an instance adds nothing to is read for `KEPT` and
 * removed by any instance after it; each looks at no more of them than it needs to keep the table small.
 */
const KEPT = `interval '1 minute'`;
const REMOVED_AT_ONCE = 1000;

const EXCHANGE = systemStatement(
  'rate_usage.exchange',
  `with mine as (
     insert into rate_usage as u (kind, subject, instance, units, per_second, at)
     select n.kind, n.subject, $instance::uuid, n.units, n.per_second, now()
     from unnest($kinds::text[], $subjects::uuid[], $units::float8[], $rates::float8[]) as n (kind, subject, units, per_second)
     on conflict (kind, subject, instance) do update
       set units = u.units + excluded.units, per_second = excluded.per_second, at = excluded.at
   ), old as (
     select o.kind, o.subject, o.instance from rate_usage o where o.at < now() - ${KEPT} * 2
     order by o.at limit ${REMOVED_AT_ONCE} for update skip locked
   ), removed as (
     delete from rate_usage u using old
     where u.kind = old.kind and u.subject = old.subject and u.instance = old.instance
   )
   select u.instance, u.kind, u.subject, u.units, u.per_second as "perSecond"
   from rate_usage u where u.instance <> $instance::uuid and u.at >= now() - ${KEPT}`,
);

/** What instances tell each other about buckets of rate limits. The table is not logged: after a crash it begins empty. */
export class RateUsageRepository {
  constructor(private readonly session: SystemSession) {}

  /** @returns rows of the other instances that were written within the last minute */
  exchange(instance: string, used: readonly Omit<StoredUsage, 'instance'>[]): Promise<StoredUsage[]> {
    return this.session.run<StoredUsage>(EXCHANGE, {
      instance,
      kinds: used.map(({ kind }) => kind),
      subjects: used.map(({ subject }) => subject),
      units: used.map(({ units }) => units),
      rates: used.map(({ perSecond }) => perSecond),
    });
  }
}
