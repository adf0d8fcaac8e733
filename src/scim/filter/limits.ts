/** What one filter may cost. The text length bounds the lexer, the nesting the stack, the nodes the SQL that comes out. */
export const FILTER_LIMITS = { characters: 4096, depth: 32, nodes: 200 } as const;
