import { SCIM_LIMITS } from '../limits.js';
import { badRequest, type ScimError } from '../scim-error.js';
import { type Grammar, REFUSAL, type Token, tokenize } from './lexer.js';

/** Reads tokens one by one and keeps the accounts of depth and nodes, so that no parser recurses past the limit. */
export class TokenReader {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;
  private nodes = 0;

  constructor(
    text: string,
    private readonly grammar: Grammar,
  ) {
    this.tokens = tokenize(text, grammar);
  }

  peek(): Token {
    return this.tokens[this.position]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.position += 1;
    return token;
  }

  /** Takes the next token if it is of this kind. */
  accept(kind: Token['kind']): boolean {
    const found = this.peek().kind === kind;
    if (found) this.next();
    return found;
  }

  /** Takes the next token if it is this keyword, in any case (RFC 7644 §3.4.2.2). */
  acceptKeyword(keyword: string): boolean {
    const token = this.peek();
    const found = token.kind === 'word' && token.text.toLowerCase() === keyword;
    if (found) this.next();
    return found;
  }

  expect(kind: Token['kind'], wanted: string): void {
    const token = this.peek();
    if (!this.accept(kind)) throw this.refusal(token, `${wanted} is expected here`);
  }

  word(wanted: string): Token & { kind: 'word' } {
    const token = this.next();
    if (token.kind !== 'word') throw this.refusal(token, `${wanted} is expected here`);
    return token;
  }

  /** Runs `read` one level deeper. */
  nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > SCIM_LIMITS.filterDepth.value) {
      throw badRequest(
        REFUSAL[this.grammar],
        `The ${this.grammar} is nested deeper than ${SCIM_LIMITS.filterDepth.value} levels`,
      );
    }
    const result = read();
    this.depth -= 1;
    return result;
  }

  /** Counts one node of the tree. */
  counted<T>(node: T): T {
    this.nodes += 1;
    if (this.nodes > SCIM_LIMITS.filterNodes.value) {
      throw badRequest(
        REFUSAL[this.grammar],
        `The ${this.grammar} has more than ${SCIM_LIMITS.filterNodes.value} terms and operators`,
      );
    }
    return node;
  }

  /** What is wrong, and where. Values are never repeated: they may be personal data. */
  refusal(token: Token, detail: string): ScimError {
    const place = token.kind === 'end' ? 'at its end' : `at character ${token.at + 1}`;
    return badRequest(REFUSAL[this.grammar], `${detail} (${place})`);
  }
}
