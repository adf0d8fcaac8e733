import type pg from 'pg';
import { inOrder, type Statement } from '../../src/persistence/statement.js';

/** A node of a plan that really ran. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a prepared statement in a transaction that is taken back. @param prepared its name on this connection */
export async function ran(
  client: pg.Client,
  prepared: string,
  statement: Statement,
  values: Readonly<Record<string, unknown>>,
): Promise<readonly PlanNode[]> {
  const literals = inOrder(statement, [values]).map(literal);
  const given = literals.length > 0 ? `(${literals.join(', ')})` : '';
  await client.query('begin');
  try {
    const { rows } = await client.query(`explain (analyze, format json, timing off) execute ${prepared} ${given}`);
    return flattened<PlanNode>(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('rollback');
  }
}

/** A node of a plan and all below it. */
export function flattened<N extends { readonly Plans?: readonly N[] }>(node: N): N[] {
  return [node, ...(node.Plans ?? []).flatMap((each) => flattened(each))];
}

/** Rows of a table that the plan looked at, found fitting or not, and those it wrote. */
export function touched(nodes: readonly PlanNode[], table: string): number {
  return nodes
    .filter((node) => node['Relation Name'] === table)
    .reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
}

/** EXECUTE takes no parameters of its own, so values go in as literals: these are ours, not a client's. */
function literal(value: unknown): string {
  if (value === null) return 'null';
  const text = Array.isArray(value) ? `{${value.join(',')}}` : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}
