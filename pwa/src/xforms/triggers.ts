/** Which fields an expression looks at: their paths without positions. */

import type { Expr, PathExpr } from './xpath/parse';

/** The paths in the main instance that `expr`, asked at `context`, depends on. */
export function triggersOf(expr: Expr, context: string): Set<string> {
  const found = new Set<string>();
  collect(expr, context, context, found);
  return found;
}

/** `at`: where the expression stands, null inside of another instance. */
function collect(expr: Expr, at: string | null, current: string, found: Set<string>): void {
  switch (expr.kind) {
    case 'path':
      collectPath(expr, at, current, found);
      break;
    case 'operation':
      collect(expr.a, at, current, found);
      collect(expr.b, at, current, found);
      break;
    case 'negative':
      collect(expr.a, at, current, found);
      break;
    case 'function':
      expr.args.forEach((arg) => collect(arg, at, current, found));
  }
}

function collectPath(expr: PathExpr, at: string | null, current: string, found: Set<string>): void {
  let names = startOf(expr, at, current);
  for (const { axis, name, predicates } of expr.steps) {
    if (axis === 'parent') names = names && names.slice(0, -1);
    else if (axis === 'child') names = names && [...names, name];
    else if (axis === 'attribute') names = names && [...names, `@${name}`];
    const here = names && `/${names.join('/')}`;
    predicates.forEach((predicate) => collect(predicate, here, current, found));
  }
  if (names && names.length > 0) found.add(`/${names.join('/')}`);
}

function startOf({ from }: PathExpr, at: string | null, current: string): string[] | null {
  if (from === 'instance') return null;
  if (from === 'root') return [];
  const path = from === 'current' ? current : at;
  return path === null ? null : path.split('/').filter(Boolean);
}

const CHANGING = new Set(['uuid', 'random', 'once', 'now', 'today']);

/** Whether two askings may differ though nothing that is looked at has changed. */
export function isChanging(expr: Expr): boolean {
  switch (expr.kind) {
    case 'function':
      return CHANGING.has(expr.name) || expr.args.some(isChanging);
    case 'operation':
      return isChanging(expr.a) || isChanging(expr.b);
    case 'negative':
      return isChanging(expr.a);
    case 'path':
      return expr.steps.some(({ predicates }) => predicates.some(isChanging));
    default:
      return false;
  }
}
