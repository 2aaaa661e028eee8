/** What may be chosen at a select, and the labels of it. */

import type { Control, Itemset } from './definition';
import type { Texts } from './texts';
import type { Node } from './tree';
import type { Compiled, Host } from './xpath/compile';
import type { Expr } from './xpath/parse';
import { NodeSet, toText } from './xpath/values';
import type { XmlElement } from './xml';

export interface Choice {
  readonly value: string;
  /** The label's text, or the element that holds it. */
  readonly label: string | XmlElement | undefined;
  /** Of the label in the form's texts, which speak the language that is shown. */
  readonly textId?: string | undefined;
}

/** What names a label: its text, or with jr:itext(…) the id of it. */
function labelOf({ label }: Itemset): { expr: Expr | undefined; isId: boolean } {
  const isId = label?.kind === 'function' && label.name === 'jr:itext';
  return { expr: isId ? label.args[0] : label, isId };
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
    const value = this.compiled(itemset.value);
    const { expr, isId } = labelOf(itemset);
    const label = expr && this.compiled(expr);
    return set.nodes.map((item) => {
      const text = label && toText(label(this.at(item, node)));
      return {
        value: toText(value(this.at(item, node))),
        label: text,
        textId: isId ? text : undefined,
      };
    });
  }

  /** The label in the language that is shown. */
  labelText({ label, textId, value }: Choice, node: Node): string {
    if (textId !== undefined) return this.texts.byId(textId, node);
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
