import { brief, PLACEHOLDER, type Statement, type TenantStatement, tenantStatement } from './statement.js';

/**
 * A change of one subject, found by `$id`, that can be made for several subjects of a tenant in one statement (ADR 16). Alone and in a
 * batch it is the same SQL; in a batch the values come as rows. Each form gives a row for each subject that was changed, with its `id`.
 */
export interface BatchedStatement extends TenantStatement {
  /** For so many subjects, two at least: its values are those of each subject without `tenant`, then `tenant`. */
  readonly ofMany: (rows: number) => TenantStatement;
  /** Where `tenant` and `id` are among the values of one subject. */
  readonly tenantAt: number;
  readonly idAt: number;
}

/** The places of the SQL where rows of values come in. */
export interface Source {
  /** Behind the change itself, a CTE called `changed` that has the column `id`. */
  readonly from: string;
  /** In front of what follows from the change. */
  readonly changed: string;
}

export const ALONE: Source = { from: '', changed: 'from changed' };
const MANY: Source = { from: 'from input i', changed: 'from changed join input i on i."id" = changed.id' };

const TENANT = 'tenant';

/** @param body the CTEs and what is selected, without the `with` */
export function batchedStatement(name: string, body: (source: Source) => string): BatchedStatement {
  const one = brief(tenantStatement(name, `with ${body(ALONE)}`));
  const sizes: TenantStatement[] = [];
  const [tenantAt, idAt] = [one.parameters.indexOf(TENANT), one.parameters.indexOf('id')];
  if (idAt < 0) throw new Error(`Statement ${name} does not say which subject it changes`);
  const ofMany = (rows: number): TenantStatement => {
    sizes[rows] ??= manyOf(name, body(MANY), one.parameters, rows);
    return sizes[rows];
  };
  return { ...one, ofMany, tenantAt, idAt };
}

export function isBatched(statement: Statement): statement is BatchedStatement {
  return 'ofMany' in statement;
}

function manyOf(name: string, body: string, parameters: readonly string[], rows: number): TenantStatement {
  const columns = parameters.filter((parameter) => parameter !== TENANT);
  const row = (place: number) => `(${columns.map((column) => `$${column}_${place}::${typeIn(body, column)}`).join()})`;
  const input = `input (${columns.map((column) => `"${column}"`).join()}) as (values ${Array.from({ length: rows }, (_, place) => row(place)).join()})`;
  const reading = body.replace(PLACEHOLDER, (match, parameter: string | undefined) =>
    parameter === undefined || parameter === TENANT ? match : `i."${parameter}"`,
  );
  return brief(tenantStatement(`${name}_${rows}`, `with ${input}, ${reading}`));
}

/** Each placeholder is cast where it stands. */
function typeIn(body: string, parameter: string): string {
  const type = body.match(new RegExp(`\\$${parameter}::(\\w+(?:\\[\\])?)`))?.[1];
  if (type === undefined) throw new Error(`The placeholder $${parameter} has no type`);
  return type;
}
