import { arrayText } from './array-text.js';

/**
 * SQL as constants, with named placeholders (`$scimId::uuid`) that are numbered once, when the statement is made.
 *
 * A tenant statement binds its tenant itself: BOUND sets `muster.tenant` for the statement's own transaction. It is a condition
 * without columns, so it becomes a One-Time Filter that PostgreSQL evaluates before it reads or writes a row: one round trip is
 * enough under row level security, in whatever order the planner joins (ADR 1). Each SELECT, UPDATE or DELETE of a table says
 * BOUND itself, because a subquery may be evaluated before the condition of the query around it; only a subquery about a row
 * of the query around it comes after that row. Each also names `tenant_id = $tenant::uuid`.
 */
export interface Statement {
  readonly name?: string;
  /** With numbered placeholders, as PostgreSQL takes it. */
  readonly text: string;
  /** Names of the placeholders: $1, $2, … */
  readonly parameters: readonly string[];
  /** Whether it may queue events for the relay. */
  readonly queues?: boolean;
  /** Whether it is about a row or a few, found by their key: such a statement may share a connection with others (pipeline.ts). */
  readonly brief?: boolean;
  /** How much it may cost, where that is more than a few hundred rows (statement-shares.ts). */
  readonly weight?: StatementWeight;
  /** Whether it continues a read that was admitted before, which is then not refused in the middle of its answer. */
  readonly admitted?: boolean;
  /** Whether its name is dropped from connections when it leaves the cache (cached-statement.ts). */
  readonly cached?: boolean;
}

/**
 * `large`: some thousand rows, such as a part of a large group. `heavy`: a read that may look at every row of a tenant; it has
 * a time limit of its own.
 */
export type StatementWeight = 'large' | 'heavy';

export interface TenantStatement extends Statement {
  readonly kind: 'tenant';
}
/** SQL that belongs to no tenant; only the system session accepts it. */
export interface SystemStatement extends Statement {
  readonly kind: 'system';
}

export type Values = Readonly<Record<string, unknown>>;

export const BOUND = `(select set_config('muster.tenant', $tenant::text, true)) = $tenant::text`;

/** Quoted literals are passed over: `'$ref'` is the name of an attribute. */
export const PLACEHOLDER = /'(?:[^']|'')*'|\$([a-z]\w*)/gi;

/**
 * @param name of the server-side prepared statement, unique in the code; undefined for one that is not prepared
 * @param body the SQL
 */
export function tenantStatement(name: string | undefined, body: string): TenantStatement {
  if (!body.includes(BOUND)) throw new Error(`Statement ${name ?? body} does not bind its tenant`);
  return { kind: 'tenant', ...numbered(name, body) };
}

/** The statement, known to be about a row or a few. */
export function brief(statement: TenantStatement): TenantStatement {
  return { ...statement, brief: true };
}

/** The same statement in another class. */
export function weighed(statement: TenantStatement, weight: StatementWeight): TenantStatement {
  return { ...statement, weight };
}

/** @param name as of a tenant statement */
export function systemStatement(name: string | undefined, text: string): SystemStatement {
  return { kind: 'system', ...numbered(name, text) };
}

/**
 * Values in the order of the placeholders; a placeholder without a value is a mistake in the code.
 * @param parts the values in as many objects as they come in; putting them into one would cost ten times as much as looking
 * @param tenant the value of `tenant`, which a session knows better than whoever asks it
 */
export function inOrder({ name, parameters }: Statement, parts: readonly Values[], tenant?: string): unknown[] {
  return parameters.map((parameter) => {
    const value = parameter === 'tenant' && tenant !== undefined ? tenant : valueIn(parts, parameter);
    if (value === undefined) throw new Error(`Statement ${name ?? ''} has no value for ${parameter}`);
    return Array.isArray(value) ? arrayText(value) : value;
  });
}

/** What a later part says goes. */
function valueIn(parts: readonly Values[], parameter: string): unknown {
  for (let index = parts.length - 1; index >= 0; index--) {
    const value = parts[index]?.[parameter];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A text of the client as uuid, or NULL where it is none, so that it finds nothing instead of failing. */
export function uuidOrNull(placeholder: string): string {
  return `case when ${placeholder}::text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${placeholder}::text::uuid end`;
}

function numbered(name: string | undefined, text: string): Statement {
  const parameters: string[] = [];
  const withNumbers = text.replace(PLACEHOLDER, (match, parameter: string | undefined) => {
    if (parameter === undefined) return match;
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { ...(name && { name }), text: withNumbers, parameters, queues: text.includes('insert into outbox') };
}
