/**
 * Expressions compiled to closures. A path is looked up as JavaRosa does: an absolute one means the
 * repeat instance in which it is asked as far as both run together, and nodes that aren't relevant
 * are no part of a result.
 */

import type { Atom, Node } from '../tree';
import { callOf } from './functions';
import { sameChild } from './choiceIndex';
import type { Expr, Operator, PathExpr, Step } from './parse';
import { equals, NodeSet, toBoolean, toNumber, unpack, type Plain, type Value } from './values';

/** What expressions ask of the form around them. */
export interface Host {
  /** The document of the main instance. */
  readonly main: Node;
  /** The document of another instance. Throws where there is none. */
  instance(id: string): Node;
  now(): Date;
  random(): number;
  uuid(): string;
  /** Functions that need the form: jr:itext, jr:choice-name, pulldata … */
  call(name: string, args: readonly Value[], context: Context): Value | undefined;
}

export interface Context {
  readonly host: Host;
  readonly node: Node;
  /** Of the node among those that a predicate looks at, from 0; -1 outside of predicates. */
  readonly position: number;
  /** Where the whole expression is asked: current(). */
  readonly current: Node;
  /** In a constraint: the answer that is asked about, not yet stored in `current`. */
  readonly candidate?: Atom | undefined;
}

export type Compiled = (context: Context) => Value;

export function compile(expr: Expr): Compiled {
  switch (expr.kind) {
    case 'number':
    case 'string': {
      const { value } = expr;
      return () => value;
    }
    case 'negative': {
      const a = compile(expr.a);
      return (context) => -toNumber(a(context));
    }
    case 'operation':
      return operation(expr.op, expr.a, expr.b);
    case 'function':
      return callOf(expr, expr.args.map(compile));
    case 'path':
      return path(expr);
  }
}

const NUMERIC: Partial<Record<Operator, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => a % b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function operation(op: Operator, left: Expr, right: Expr): Compiled {
  const [a, b] = [compile(left), compile(right)];
  const numeric = NUMERIC[op];
  if (numeric) return (context) => numeric(toNumber(a(context)), toNumber(b(context)));
  switch (op) {
    case 'and':
      return (context) => toBoolean(a(context)) && toBoolean(b(context));
    case 'or':
      return (context) => toBoolean(a(context)) || toBoolean(b(context));
    case '=':
      return (context) => equals(unpack(a(context)), unpack(b(context)));
    case '!=':
      return (context) => !equals(unpack(a(context)), unpack(b(context)));
    default:
      return (context) => union(a(context), b(context));
  }
}

function union(a: Value, b: Value): Value {
  if (!(a instanceof NodeSet) || !(b instanceof NodeSet)) throw new TypeError('| joins paths');
  return new NodeSet([...new Set([...a.nodes, ...b.nodes])], a.read);
}

type Filter = (nodes: readonly Node[], context: Context) => readonly Node[];
type Walk = (nodes: readonly Node[], context: Context) => readonly Node[];

function path(expr: PathExpr): Compiled {
  const walks = expr.steps.map(walk);
  const start = startOf(expr);
  return (context) => {
    const begun = start(context);
    let { nodes } = begun;
    for (let at = begun.done; at < walks.length && nodes.length > 0; at += 1) {
      nodes = walks[at]?.(nodes, context) ?? [];
    }
    const relevant = nodes.every(isRelevant) ? nodes : nodes.filter(isRelevant);
    return new NodeSet(relevant, reader(context));
  };
}

const isRelevant = (node: Node): boolean => node.isRelevant;
const valueOf = (node: Node): Atom => node.value;

function reader({ candidate, current }: Context): (node: Node) => Atom {
  if (candidate === undefined) return valueOf;
  return (node) => (node === current ? candidate : node.value);
}

/** Where the path begins, and how many of its steps that has done already. */
function startOf({
  from,
  instance,
  steps,
}: PathExpr): (context: Context) => { nodes: readonly Node[]; done: number } {
  switch (from) {
    case 'context':
      return ({ node }) => ({ nodes: [node], done: 0 });
    case 'current':
      return ({ current }) => ({ nodes: [current], done: 0 });
    case 'instance':
      return ({ host }) => ({ nodes: [host.instance(instance ?? '')], done: 0 });
    case 'root':
      return ({ host, node }) => shared(host.main, node, steps);
  }
}

/** The nearest ancestor of `node` (or itself) that the steps of an absolute path lead to. */
function shared(
  main: Node,
  node: Node,
  steps: readonly Step[],
): { nodes: readonly Node[]; done: number } {
  let [found, done] = [main, 0];
  for (const ancestor of node.ancestry) {
    const step = steps[done];
    if (!step || ancestor.parent !== found) break;
    if (step.axis !== 'child' || step.predicates.length > 0) break;
    if (step.name !== ancestor.name && step.name !== '*') break;
    [found, done] = [ancestor, done + 1];
  }
  return { nodes: [found], done };
}

function walk({ axis, name, predicates }: Step): Walk {
  const filters = predicates.map(filterOf);
  const filtered: Walk = (nodes, context) =>
    filters.reduce((left, filter) => filter(left, context), nodes);
  switch (axis) {
    case 'self':
      return filtered;
    case 'parent':
      return (nodes, context) => filtered([...new Set(nodes.flatMap(parentOf))], context);
    case 'attribute':
      return (nodes) => nodes.flatMap((node) => attributeNodes(node, name));
    case 'child':
      return (nodes, context) => {
        const [only] = nodes;
        if (only && nodes.length === 1) return filtered(childrenOf(only, name), context);
        return nodes.flatMap((node) => filtered(childrenOf(node, name), context));
      };
  }
}

const parentOf = (node: Node): Node[] => (node.parent?.parent === undefined ? [] : [node.parent]);

const childrenOf = (node: Node, name: string): readonly Node[] =>
  name === '*' ? node.children : node.named(name);

function attributeNodes(node: Node, name: string): Node[] {
  const found = node.attributes.find((one) => one.name.slice(one.name.indexOf(':') + 1) === name);
  return found ? [attributeNode(node, found.name, found.value)] : [];
}

function attributeNode(parent: Node, name: string, value: string): Node {
  const node = parent.detached(name);
  node.value = value;
  return node;
}

/** A predicate that is no boolean lets nothing pass: `rep[2]` is written `rep[position() = 2]`. */
function filterOf(expr: Expr): Filter {
  const test = compile(expr);
  const quick = sameChild(expr, compile);
  return (nodes, context) => {
    const found = quick?.(nodes, context);
    if (found) return found;
    return nodes.filter((node, position) => test({ ...context, node, position }) === true);
  };
}

/** The value of an expression at a node. */
export function evaluate(compiled: Compiled, host: Host, node: Node): Plain {
  return unpack(compiled({ host, node, position: -1, current: node }));
}
