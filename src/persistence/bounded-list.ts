import { LIMITS } from '../config/limits.js';
import { cachedStatement } from './cached-statement.js';
import { tenantStatement, weighed } from './statement.js';
import type { TenantSession } from './unit-of-work.js';

/** One statement of a list, as the body of a tenant statement, and its values. */
export interface CompiledQuery {
  readonly text: string;
  readonly values: Record<string, unknown>;
  /** As of a statement. */
  readonly brief?: boolean;
}

/** A list by its cost. */
export type ListPlan =
  /** Looks at few rows, however many the tenant has. */
  | { readonly cost: 'bounded'; readonly query: CompiledQuery }
  /**
   * Looks at every candidate. `attempt` counts the candidates first, at most one more than `most`, gives their number as `candidates`
   * and reads nothing when there are more; `whole` reads them all.
   */
  | {
      readonly cost: 'candidates';
      readonly most: number;
      readonly attempt: CompiledQuery;
      readonly whole: () => CompiledQuery;
    };

/** The candidates of an attempt. */
export interface Candidates {
  /** FROM and WHERE. */
  readonly rows: string;
  /** So many rows are looked at by a statement that is not heavy. */
  readonly most: number;
}

/** Rows that an attempt looks at. */
export function mostCandidates(readsDocuments: boolean): number {
  return (readsDocuments ? LIMITS.ordinaryDocuments : LIMITS.ordinaryRows).value;
}

/** The CTE of an attempt, and the condition for each of its queries, which is evaluated once and before the rows. */
export function attemptParts({ rows, most }: Candidates): { readonly cte: string; readonly condition: string } {
  return {
    cte: `candidates as materialized (select count(*) as n from (select 1 ${rows} limit ${most + 1}) c)`,
    condition: `(select n from candidates) <= ${most}`,
  };
}

/** Column of an attempt. */
export const CANDIDATE_COUNT = '(select n from candidates) as candidates';

/**
 * Runs a list in the cheapest class that can answer it. Values of the client travel as parameters only. Heavy statements are not
 * prepared: to plan one costs little beside running it.
 */
export async function runList<R extends object>(session: TenantSession, plan: ListPlan): Promise<R[]> {
  const first = plan.cost === 'bounded' ? plan.query : plan.attempt;
  const statement = cachedStatement(session.tenantId, first.text, first.brief);
  const rows = await session.run<R & { readonly candidates?: string | null }>(statement, first.values);
  if (plan.cost === 'bounded' || Number(rows[0]?.candidates ?? 0) <= plan.most) return rows;
  const { text, values } = plan.whole();
  return session.run<R>(weighed(tenantStatement(undefined, text), 'heavy'), values);
}

/** The planner is told a page size of one of these, so that clients' sizes make no statements of their own. */
const LIMIT_CLASSES = [10, 100, 1000];

/**
 * The first rows of a query. The planner sees a size near the one asked for, as a literal; the size itself is a parameter.
 * @param placeholder of the size
 */
export function limited(query: string, size: number, placeholder: string): string {
  const literal = LIMIT_CLASSES.find((most) => size <= most) ?? size;
  return `select * from (${query} limit ${literal + 1}) page limit ${placeholder}::bigint`;
}
