/**
 * `item[name = /data/choice]` over a list of choices that never changes is answered from an index:
 * a cascade of 5,000 villages would else be read through at every question.
 */

import type { Node } from '../tree';
import type { Compiled, Context } from './compile';
import type { Expr, PathExpr } from './parse';
import { unpack } from './values';

type Index = ReadonlyMap<string, readonly Node[]>;

const indexes = new WeakMap<readonly Node[], Map<string, Index>>();
/** Shorter lists are read through as fast. */
const WORTH_IT = 20;

/** The filter for a predicate that compares a child with what is the same for all; else null. */
export function sameChild(
  expr: Expr,
  compile: (expr: Expr) => Compiled,
): ((nodes: readonly Node[], context: Context) => readonly Node[] | null) | null {
  if (expr.kind !== 'operation' || expr.op !== '=') return null;
  const [child, other] = childName(expr.a) ? [expr.a, expr.b] : [expr.b, expr.a];
  const name = childName(child);
  if (name === null || !isFixed(other)) return null;
  const value = compile(other);
  return (nodes, context) => {
    const [first] = nodes;
    if (!first || nodes.length < WORTH_IT || isMain(first, context)) return null;
    const wanted = unpack(value(context));
    if (typeof wanted !== 'string') return null;
    return indexOf(nodes, name).get(wanted) ?? [];
  };
}

function childName(expr: Expr): string | null {
  if (expr.kind !== 'path' || expr.from !== 'context' || expr.steps.length !== 1) return null;
  const [step] = expr.steps;
  const plain = step?.axis === 'child' && step.name !== '*' && step.predicates.length === 0;
  return plain ? step.name : null;
}

/** Whether the expression is the same for each node that is looked at. */
function isFixed(expr: Expr): boolean {
  if (expr.kind === 'string') return true;
  return expr.kind === 'path' && expr.from !== 'context' && expr.steps.every(isPlain);
}

const isPlain = (step: PathExpr['steps'][number]): boolean => step.predicates.length === 0;

function isMain(node: Node, { host }: Context): boolean {
  return node.ancestry[0]?.parent === host.main;
}

function indexOf(nodes: readonly Node[], name: string): Index {
  let known = indexes.get(nodes);
  if (!known) indexes.set(nodes, (known = new Map<string, Index>()));
  let index = known.get(name);
  if (!index) known.set(name, (index = make(nodes, name)));
  return index;
}

function make(nodes: readonly Node[], name: string): Index {
  const index = new Map<string, Node[]>();
  for (const node of nodes) {
    const value = String(node.named(name)[0]?.value ?? '');
    const same = index.get(value);
    if (same) same.push(node);
    else index.set(value, [node]);
  }
  return index;
}
