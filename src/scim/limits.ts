/**
 * Every limit of the SCIM engine: what one request may cost. The rows have the form of src/config/limits.ts and are printed with
 * them in docs/limits.md; this folder imports nothing, so it has a table of its own.
 */
export const SCIM_LIMITS = {
  /** Bounds the lexer. */
  filterCharacters: { value: 4096, unit: 'characters', scope: 'request', exceeded: '400 invalidFilter' },
  /** Bounds the stack of the parser. */
  filterDepth: { value: 32, unit: 'levels', scope: 'request', exceeded: '400 invalidFilter' },
  /** Terms and operators. Bounds the SQL that a filter becomes. */
  filterNodes: { value: 200, unit: 'nodes', scope: 'request', exceeded: '400 invalidFilter' },
} as const;
