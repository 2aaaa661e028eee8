/** Labels and hints in the language that is chosen, with the values that they show. */

import type { Definition } from './definition';
import type { Node } from './tree';
import { parseXPath, type Expr } from './xpath/parse';
import { toText, type Plain } from './xpath/values';
import { elementsOf, type XmlElement } from './xml';

const ITEXT = /^\s*jr:itext\(\s*(.+?)\s*\)\s*$/;

export class Texts {
  language: string | undefined;
  private readonly expressions = new Map<string, Expr>();

  constructor(
    private readonly definition: Definition,
    private readonly value: (expr: object, node: Node) => Plain,
  ) {
    this.language = definition.defaultLanguage;
  }

  get languages(): string[] {
    return [...this.definition.itext.keys()];
  }

  /** The text of a label or hint, as it stands at the node. */
  of(element: XmlElement, node: Node): string {
    const ref = element.attributes.get('ref');
    if (ref === undefined) return this.inner(element, node);
    const id = ITEXT.exec(ref)?.[1];
    return id === undefined ? this.read(ref, node) : this.byId(this.read(id, node), node);
  }

  /** The plain text under an id; the id itself where there is none. */
  byId(id: string, node: Node): string {
    const text = this.definition.itext.get(this.language ?? '')?.get(id);
    const value =
      text && elementsOf(text, 'value').find(({ attributes }) => !attributes.has('form'));
    return value ? this.inner(value, node) : text ? '' : id;
  }

  private inner(element: XmlElement, node: Node): string {
    return element.children
      .map((one) => {
        if (typeof one === 'string') return one;
        const shown =
          one.local === 'output'
            ? (one.attributes.get('value') ?? one.attributes.get('ref'))
            : undefined;
        return shown === undefined ? this.inner(one, node) : this.read(shown, node);
      })
      .join('')
      .trim();
  }

  private read(expression: string, node: Node): string {
    let expr = this.expressions.get(expression);
    if (!expr) this.expressions.set(expression, (expr = parseXPath(expression)));
    return toText(this.value(expr, node));
  }
}
