/** What may be chosen at a select, and the labels of it. */

import type { Control } from './definition';
import type { Texts } from './texts';
import type { Node } from './tree';
import type { Compiled, Host } from './xpath/compile';
import { NodeSet, toText } from './xpath/values';
import type { XmlElement } from './xml';

export interface Choice {
  readonly value: string;
  /** The label's text, or the element that holds it. */
  readonly label: string | XmlElement | undefined;
}

export class Choices {
  constructor(
    private readonly host: Host,
    private readonly texts: Texts,
    private readonly compiled: (expr: object) => Compiled,
  ) {}

  of({ items, itemset }: Control, node: Node): Choice[] {
    if (!itemset) return items.map(({ value, label }) => ({ value, label }));
    const set = this.compiled(itemset.nodeset)(this.at(node));
    if (!(set instanceof NodeSet)) return [];
    const [value, label] = [
      this.compiled(itemset.value),
      itemset.label && this.compiled(itemset.label),
    ];
    return set.nodes.map((item) => ({
      value: toText(value(this.at(item, node))),
      label: label && toText(label(this.at(item, node))),
    }));
  }

  /** The label in the language that is shown. */
  labelText({ label, value }: Choice, node: Node): string {
    if (label === undefined) return value;
    return typeof label === 'string' ? label : this.texts.of(label, node);
  }

  /** Those of an answer's choices that are offered. */
  available(control: Control, node: Node, answer: string): string {
    try {
      const offered = new Set(this.values(control, node));
      if (control.kind === 'select1') return offered.has(answer) ? answer : '';
      return answer
        .split(' ')
        .filter((one) => offered.has(one))
        .join(' ');
    } catch {
      return answer;
    }
  }

  private values({ items, itemset }: Control, node: Node): string[] {
    if (!itemset) return items.map(({ value }) => value);
    const set = this.compiled(itemset.nodeset)(this.at(node));
    const value = this.compiled(itemset.value);
    return set instanceof NodeSet
      ? set.nodes.map((item) => toText(value(this.at(item, node))))
      : [];
  }

  private at(node: Node, current = node): Parameters<Compiled>[0] {
    return { host: this.host, node, position: -1, current };
  }
}
