/** Runs the rules of a form: which instances are meant, and what becomes of the result. */

import { wrap, type DataType } from './answers';
import type { Changes } from './changes';
import type { Rule } from './graph';
import { expand, placeOf, type Place } from './places';
import type { Node } from './tree';
import { evaluate, type Host } from './xpath/compile';
import { toBoolean, type Plain } from './xpath/values';

export class Runner {
  constructor(
    private readonly host: Host,
    private readonly typeOf: (node: Node) => DataType,
    private readonly note: (path: string, error: unknown) => void,
    private readonly changes: Changes,
  ) {}

  /** Runs the rules for the instances that they share with the changed node. */
  run(rules: readonly Rule[], changed: Node, all?: ReadonlySet<Rule>): void {
    if (rules.length === 0) return;
    const place = placeOf(changed);
    this.runAt(rules, place, all);
  }

  /** `all`: those of the rules that run for every instance. */
  runAt(rules: readonly Rule[], place: Place, all?: ReadonlySet<Rule>): void {
    for (const rule of rules) {
      const contexts = expand(this.host.main, rule.context, all?.has(rule) ? [] : place);
      for (const context of contexts) this.apply(rule, context);
    }
  }

  private apply(rule: Rule, context: Node): void {
    const result = this.result(rule, context);
    if (result === undefined) return;
    const place = placeOf(context);
    for (const path of rule.targets) {
      for (const target of expand(this.host.main, path, place)) this.applyTo(rule, target, result);
    }
  }

  private result(rule: Rule, context: Node): Plain | undefined {
    const place = placeOf(context);
    const origins =
      rule.origin === context.path ? [context] : expand(this.host.main, rule.origin, place);
    const node = origins.length === 1 ? (origins[0] ?? context) : context;
    try {
      return evaluate(rule.compiled, this.host, node);
    } catch (error) {
      this.note(rule.origin, error);
      return undefined;
    }
  }

  private applyTo({ kind }: Rule, node: Node, result: Plain): void {
    switch (kind) {
      case 'calculate':
        this.changes.setValue(node, wrap(result, this.typeOf(node)));
        break;
      case 'relevant':
        this.changes.setRelevant(node, toBoolean(result));
        break;
      case 'readonly':
        this.changes.setReadonly(node, toBoolean(result));
        break;
      case 'required':
        this.changes.setRequired(node, toBoolean(result));
    }
  }
}
