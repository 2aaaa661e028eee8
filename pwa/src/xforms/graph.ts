/**
 * What has to be computed again when a field changes, and in which order.
 *
 * A rule is an expression of a bind: what it computes (a value, a state) and for which paths. Rules
 * are kept for paths without positions; which instances are meant is found when a rule runs, as
 * JavaRosa finds it: those that share the repeats of the changed field, or all when a repeat came
 * or went. Equal expressions over the same fields are one rule, which runs once for all its targets.
 */

import { FormError, type Bind } from './definition';
import { isChanging, triggersOf } from './triggers';
import { compile, type Compiled } from './xpath/compile';
import type { Expr } from './xpath/parse';

export type RuleKind = 'calculate' | 'relevant' | 'readonly' | 'required';

export interface Rule {
  readonly kind: RuleKind;
  readonly compiled: Compiled;
  readonly triggers: ReadonlySet<string>;
  readonly targets: string[];
  /** Where the expression was first written. */
  readonly origin: string;
  /** The nearest path that is above all targets, or the one target. */
  context: string;
  cascades: ReadonlySet<Rule>;
}

const KINDS: readonly RuleKind[] = ['calculate', 'relevant', 'readonly', 'required'];

export class Graph {
  /** In an order in which each rule comes after those that it depends on. */
  readonly rules: readonly Rule[];
  private readonly byTrigger = new Map<string, Set<Rule>>();

  /** `below`: every path under a path. Throws FormError where rules depend on each other in a circle. */
  constructor(
    binds: Iterable<Bind>,
    private readonly below: (path: string) => readonly string[],
  ) {
    const rules = rulesOf(binds);
    for (const rule of rules) {
      for (const trigger of rule.triggers) {
        const known = this.byTrigger.get(trigger);
        if (known) known.add(rule);
        else this.byTrigger.set(trigger, new Set([rule]));
      }
    }
    for (const rule of rules) rule.cascades = this.dependants(rule);
    this.rules = inOrder(rules);
  }

  /** The rules to run after a change at `path`, in their order. */
  after(path: string): Rule[] {
    return this.closure(this.byTrigger.get(path) ?? []);
  }

  /** The rules of targets at or below `path`, and what follows from them, in their order. */
  within(path: string): Rule[] {
    return this.closure(this.rules.filter(({ targets }) => targets.some((one) => isAt(one, path))));
  }

  /** Of the rules after a repeat at `path` came or went: those that run for all its instances. */
  forAll(path: string): Set<Rule> {
    const roots = this.byTrigger.get(path) ?? new Set<Rule>();
    const found = new Set([...roots].filter(({ context }) => isAt(context, path)));
    const outside = new Set<Rule>();
    const seen = new Set<Rule>();
    for (let level = [...roots]; level.length > 0;) {
      for (const rule of level) {
        seen.add(rule);
        if (!rule.context.startsWith(`${path}/`)) outside.add(rule);
        else if ([...outside, ...found].some(({ cascades }) => cascades.has(rule))) found.add(rule);
      }
      level = level.flatMap(({ cascades }) => [...cascades]).filter((rule) => !seen.has(rule));
    }
    return found;
  }

  private closure(roots: Iterable<Rule>): Rule[] {
    const found = new Set(roots);
    for (const rule of found) rule.cascades.forEach((next) => found.add(next));
    return found.size === 0 ? [] : this.rules.filter((rule) => found.has(rule));
  }

  private dependants({ kind, targets }: Rule): Set<Rule> {
    const found = new Set<Rule>();
    for (const target of targets) {
      const paths = kind === 'relevant' ? [target, ...this.below(target)] : [target];
      for (const path of paths) this.byTrigger.get(path)?.forEach((rule) => found.add(rule));
    }
    return found;
  }
}

const isAt = (path: string, ancestor: string): boolean =>
  path === ancestor || path.startsWith(`${ancestor}/`);

function rulesOf(binds: Iterable<Bind>): Rule[] {
  const byKey = new Map<string, Rule>();
  for (const bind of binds) {
    for (const kind of KINDS) {
      const expr = bind[kind];
      if (expr) addRule(byKey, kind, expr, bind.path);
    }
  }
  return [...byKey.values()];
}

function addRule(byKey: Map<string, Rule>, kind: RuleKind, expr: Expr, path: string): void {
  const triggers = triggersOf(expr, path);
  const unique = isChanging(expr) ? path : '';
  const key = [kind, JSON.stringify(expr), unique, ...[...triggers].sort()].join('\n');
  const known = byKey.get(key);
  if (known) {
    known.targets.push(path);
    known.context = commonPath(known.context, path);
    return;
  }
  const compiled = compile(expr);
  const none = new Set<Rule>();
  byKey.set(key, {
    kind,
    compiled,
    triggers,
    targets: [path],
    origin: path,
    context: path,
    cascades: none,
  });
}

function commonPath(a: string, b: string): string {
  const [left, right] = [a.split('/'), b.split('/')];
  const differs = left.findIndex((name, at) => name !== right[at]);
  return differs < 0 ? a : left.slice(0, differs).join('/');
}

function inOrder(rules: readonly Rule[]): Rule[] {
  const waiting = new Map(rules.map((rule) => [rule, 0]));
  for (const { cascades } of rules) {
    cascades.forEach((next) => waiting.set(next, (waiting.get(next) ?? 0) + 1));
  }
  const order: Rule[] = [];
  let ready = rules.filter((rule) => waiting.get(rule) === 0);
  while (ready.length > 0) {
    order.push(...ready);
    const next: Rule[] = [];
    for (const { cascades } of ready) {
      cascades.forEach((rule) => {
        const left = (waiting.get(rule) ?? 0) - 1;
        waiting.set(rule, left);
        if (left === 0) next.push(rule);
      });
    }
    ready = next;
  }
  if (order.length < rules.length) {
    const done = new Set(order);
    const names = rules.filter((rule) => !done.has(rule)).flatMap(({ targets }) => targets);
    throw new FormError(`these fields depend on each other in a circle: ${names.join(', ')}`);
  }
  return order;
}
