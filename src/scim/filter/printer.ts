import { pathText } from '../attribute-path.js';
import type { ElementFilter, Filter, Literal } from './ast.js';

type Node = Filter | ElementFilter;

/** The canonical text of a filter: names as the schema spells them, no parenthesis without need. Parses to an equal filter. */
export function printFilter(filter: Filter): string {
  return print(filter);
}

function print(node: Node): string {
  switch (node.kind) {
    case 'or':
      return `${print(node.left)} or ${within(node.right, ['or'])}`;
    case 'and':
      return `${within(node.left, ['or'])} and ${within(node.right, ['or', 'and'])}`;
    case 'not':
      return `not (${print(node.inner)})`;
    case 'compare':
      return `${nameOf(node)} ${node.op} ${printLiteral(node.value)}`;
    case 'present':
      return `${nameOf(node)} pr`;
    case 'valuePath':
      return `${pathText(node.ref)}[${print(node.inner)}]`;
    default:
      return node satisfies never;
  }
}

/** Both operators group to the left, so the right side needs parentheses for its own kind too. */
function within(node: Node, weaker: readonly Node['kind'][]): string {
  return weaker.includes(node.kind) ? `(${print(node)})` : print(node);
}

function nameOf(node: Extract<Node, { kind: 'compare' | 'present' }>): string {
  return 'ref' in node ? pathText(node.ref) : node.attribute.name;
}

function printLiteral(value: Literal): string {
  return JSON.stringify(value);
}
