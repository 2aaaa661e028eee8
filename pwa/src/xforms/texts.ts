/** Labels and hints in the language that is chosen, with the values that they show. */

import type { Definition } from './definition';
import type { Node } from './tree';
import { triggersOf } from './triggers';
import { parseXPath, type Expr } from './xpath/parse';
import { toText, type Plain } from './xpath/values';
import { elementsOf, type XmlElement } from './xml';

const ITEXT = /^\s*jr:itext\(\s*(.+?)\s*\)\s*$/;

/** What a text has beside its words: names of files, and a longer explanation. */
export interface Besides {
  image?: string;
  'big-image'?: string;
  audio?: string;
  video?: string;
  guidance?: string;
}
const BESIDES = new Set(['image', 'big-image', 'audio', 'video', 'guidance']);
const isBeside = (form: string | undefined): form is keyof Besides => BESIDES.has(form ?? '');

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

  /** What else the form says with a label or hint: pictures, sounds, guidance. */
  besides(element: XmlElement, node: Node): Besides {
    const id = ITEXT.exec(element.attributes.get('ref') ?? '')?.[1];
    return id === undefined ? {} : this.besidesOf(this.read(id, node), node);
  }

  besidesOf(id: string, node: Node): Besides {
    const found: Besides = {};
    for (const value of this.valuesOf(id)) {
      const form = value.attributes.get('form');
      if (isBeside(form)) found[form] = this.inner(value, node);
    }
    return found;
  }

  /** A message of a bind, which is the text itself or names one. */
  message(text: string, node: Node): string {
    const id = ITEXT.exec(text)?.[1];
    return id === undefined ? text : this.byId(this.read(id, node), node);
  }

  /** The plain text under an id; the id itself where there is none. */
  byId(id: string, node: Node): string {
    const text = this.definition.itext.get(this.language ?? '')?.get(id);
    const value = this.valuesOf(id).find(({ attributes }) => !attributes.has('form'));
    return value ? this.inner(value, node) : text ? '' : id;
  }

  private valuesOf(id: string): XmlElement[] {
    const text = this.definition.itext.get(this.language ?? '')?.get(id);
    return text ? elementsOf(text, 'value') : [];
  }

  /** The fields that a text shows: their paths without positions, whatever the language. */
  fieldsOf(element: XmlElement, context: string): Set<string> {
    const found = new Set<string>();
    const id = ITEXT.exec(element.attributes.get('ref') ?? '')?.[1];
    if (id === undefined) {
      this.collectFields(element, context, found);
      return found;
    }
    const expr = this.parsed(id);
    triggersOf(expr, context).forEach((path) => found.add(path));
    if (expr.kind !== 'string') return found;
    for (const texts of this.definition.itext.values()) {
      const text = texts.get(expr.value);
      if (text) this.collectFields(text, context, found);
    }
    return found;
  }

  private collectFields(element: XmlElement, context: string, found: Set<string>): void {
    const shown =
      element.local === 'output'
        ? (element.attributes.get('value') ?? element.attributes.get('ref'))
        : element.attributes.get('ref');
    if (shown !== undefined) {
      triggersOf(this.parsed(shown), context).forEach((path) => found.add(path));
    }
    for (const child of elementsOf(element)) this.collectFields(child, context, found);
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
    return toText(this.value(this.parsed(expression), node));
  }

  private parsed(expression: string): Expr {
    let expr = this.expressions.get(expression);
    if (!expr) this.expressions.set(expression, (expr = parseXPath(expression)));
    return expr;
  }
}
