/** indexed-repeat(field, repeat, n, repeat, n …): the field in the n-th instance of each repeat. */

import type { Atom, Node } from '../tree';
import type { Compiled, Context } from './compile';
import { XPathError, type Expr, type FunctionExpr } from './parse';
import { NodeSet, toInteger } from './values';

const NAME = 'indexed-repeat()';

export function indexedRepeat(expr: FunctionExpr, args: readonly Compiled[]): Compiled {
  if (args.length < 3 || args.length > 11 || args.length % 2 === 0) {
    throw new XPathError('3, 5, 7, 9 or 11 arguments are needed', NAME);
  }
  const [field, ...pairs] = expr.args;
  const names = namesOf(field);
  const repeats = pairs.flatMap((repeat, at) => (at % 2 === 0 ? [namesOf(repeat)] : []));
  return (context) => {
    const target = names(context.node);
    const chosen = new Map(
      repeats.map((repeat, at) => {
        const depth = repeat(context.node).length - 1;
        const number = toInteger(args[2 * at + 2]?.(context) ?? 1);
        return [depth, Math.max(number, 1) - 1] as const;
      }),
    );
    const read = (node: Node): Atom => node.value;
    return new NodeSet(
      find(target, chosen, context).filter(({ isRelevant }) => isRelevant),
      read,
    );
  };
}

/** Where nothing else is said, the instances are those of the asking node. */
function find(
  names: readonly string[],
  chosen: ReadonlyMap<number, number>,
  context: Context,
): Node[] {
  const own = context.node.ancestry;
  let together = true;
  let nodes: Node[] = [context.host.main];
  names.forEach((name, depth) => {
    together &&= own[depth]?.name === name;
    const index = chosen.get(depth) ?? (together ? own[depth]?.index : undefined);
    nodes = nodes.flatMap((node) => {
      const all = node.named(name);
      return index === undefined ? [...all] : all.slice(index, index + 1);
    });
  });
  return nodes;
}

/** The names on the way from the root to what a path means at a node. */
function namesOf(expr: Expr | undefined): (node: Node) => string[] {
  if (expr?.kind !== 'path' || expr.from === 'instance')
    throw new XPathError('a field is needed', NAME);
  const { from, steps } = expr;
  return (node) => {
    const names = from === 'root' ? [] : node.path.split('/').slice(1);
    for (const { axis, name } of steps) {
      if (axis === 'parent') names.pop();
      else if (axis === 'child') names.push(name);
    }
    return names;
  };
}
