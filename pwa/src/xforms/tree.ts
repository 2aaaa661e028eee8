/** Nodes of an instance: the answers of a form, or a list of choices. */

import { XFORMS_JR } from './names';
import { elementsOf, textOf, type XmlElement } from './xml';

/** A value as the engine keeps it; null is no answer. */
export type Atom = string | number | boolean | Date | null;

export interface Attribute {
  /** As written, with its prefix. */
  readonly name: string;
  value: string;
}

export class Node {
  children: Node[] = [];
  attributes: Attribute[] = [];
  value: Atom = null;
  /** Names from the root without positions: /data/rep/name. */
  readonly path: string;
  /** Its place among the siblings of its name, from 0. */
  index = 0;
  required = false;
  /** As its own bind says, and as its ancestors do. */
  private relevance = { own: true, inherited: true };
  private access = { own: true, inherited: true };
  private byName = new Map<string, Node[]>();

  constructor(
    readonly name: string,
    /** As written, with its prefix. */
    readonly qname: string,
    readonly parent: Node | null,
  ) {
    this.path = parent ? `${parent.path}/${name}` : '';
  }

  get isRelevant(): boolean {
    return this.relevance.own && this.relevance.inherited;
  }

  get isReadonly(): boolean {
    return !(this.access.own && this.access.inherited);
  }

  private collectAncestry(chain: Node[]): void {
    if (!this.parent) return;
    this.parent.collectAncestry(chain);
    chain.push(this);
  }

  named(name: string): readonly Node[] {
    return this.byName.get(name) ?? NONE;
  }

  /** With positions, from 1: /data/rep[2]/name[1]; the root has none. */
  get reference(): string {
    if (!this.parent) return '';
    if (!this.parent.parent) return `/${this.name}`;
    return `${this.parent.reference}/${this.name}[${this.index + 1}]`;
  }

  /** From the root element to this node. */
  get ancestry(): Node[] {
    const chain: Node[] = [];
    this.collectAncestry(chain);
    return chain;
  }

  /** Puts `child` right after `after`, by default at the end. */
  add(child: Node, after?: Node): void {
    this.insert(child, after ? this.children.indexOf(after) + 1 : this.children.length);
  }

  addFirst(child: Node): void {
    this.insert(child, 0);
  }

  private insert(child: Node, at: number): void {
    this.children.splice(at, 0, child);
    const siblings = this.byName.get(child.name);
    child.index = siblings?.length ?? 0;
    if (siblings) siblings.push(child);
    else this.byName.set(child.name, [child]);
    child.inherit(this);
  }

  /** A node that knows its parent, and that the parent doesn't know: an attribute in a path. */
  detached(name: string): Node {
    return new Node(name, name, this);
  }

  remove(child: Node): void {
    this.children = this.children.filter((one) => one !== child);
    const left = this.named(child.name).filter((one) => one !== child);
    left.forEach((one, index) => (one.index = index));
    this.byName.set(child.name, left);
  }

  setRelevant(relevant: boolean): void {
    const before = this.isRelevant;
    this.relevance.own = relevant;
    if (this.isRelevant !== before) this.pass();
  }

  setReadonly(readonly: boolean): void {
    const before = this.isReadonly;
    this.access.own = !readonly;
    if (this.isReadonly !== before) this.pass();
  }

  private inherit(parent: Node): void {
    const [relevant, readonly] = [this.isRelevant, this.isReadonly];
    this.relevance.inherited = parent.isRelevant;
    this.access.inherited = !parent.isReadonly;
    if (this.isRelevant !== relevant || this.isReadonly !== readonly) this.pass();
  }

  private pass(): void {
    for (const child of this.children) child.inherit(this);
  }

  /** A copy below `parent`, which does not know it yet; its states are as new. */
  copyTo(parent: Node): Node {
    const copy = new Node(this.name, this.qname, parent);
    copy.value = this.value;
    copy.attributes = this.attributes.map((one) => ({ ...one }));
    for (const child of this.children) copy.add(child.copyTo(copy));
    return copy;
  }
}

const NONE: readonly Node[] = [];

/** A document with the element as its root, without templates, which go to `onTemplate`. */
export function treeOf(element: XmlElement, onTemplate?: (template: Node) => void): Node {
  const document = new Node('', '', null);
  document.add(nodeOf(element, document, onTemplate));
  return document;
}

/** A node for the element and all in it, below `parent`, which doesn't know it yet. */
export function nodeOf(
  element: XmlElement,
  parent: Node,
  onTemplate?: (template: Node) => void,
): Node {
  const node = new Node(element.local, element.name, parent);
  for (const [name, value] of element.attributes) {
    if (name !== 'xmlns' && !isTemplateMark(element, name)) node.attributes.push({ name, value });
  }
  const children = elementsOf(element);
  if (children.length === 0) node.value = textOf(element) || null;
  for (const child of children) {
    const made = nodeOf(child, node, onTemplate);
    const isTemplate = [...child.attributes.keys()].some((name) => isTemplateMark(child, name));
    if (isTemplate && onTemplate) onTemplate(made);
    else node.add(made);
  }
  return node;
}

function isTemplateMark(element: XmlElement, name: string): boolean {
  const [prefix = '', local] = name.split(':');
  return local === 'template' && element.scope.get(prefix) === XFORMS_JR;
}
