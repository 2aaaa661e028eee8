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

const NONE: readonly Node[] = [];
const NO_ATTRIBUTES: readonly Attribute[] = [];

export class Node {
  // A list of 5,000 choices is 20,000 nodes: what most of them lack is made when it is needed.
  children: readonly Node[] = NONE;
  attributes: readonly Attribute[] = NO_ATTRIBUTES;
  value: Atom = null;
  /** Its place among the siblings of its name, from 0. */
  index = 0;
  required = false;
  private byName: Map<string, Node[]> | null = null;
  private knownPath: string | null = null;
  /** As its own bind says, and as its ancestors do. */
  private ownRelevant = true;
  private inheritedRelevant = true;
  private ownWritable = true;
  private inheritedWritable = true;

  constructor(
    readonly name: string,
    /** As written, with its prefix. */
    readonly qname: string,
    readonly parent: Node | null,
  ) {}

  /** Names from the root without positions: /data/rep/name. */
  get path(): string {
    return (this.knownPath ??= this.parent ? `${this.parent.path}/${this.name}` : '');
  }

  get isRelevant(): boolean {
    return this.ownRelevant && this.inheritedRelevant;
  }

  get isReadonly(): boolean {
    return !(this.ownWritable && this.inheritedWritable);
  }

  private collectAncestry(chain: Node[]): void {
    if (!this.parent) return;
    this.parent.collectAncestry(chain);
    chain.push(this);
  }

  named(name: string): readonly Node[] {
    return this.byName?.get(name) ?? NONE;
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
    if (this.children === NONE) this.children = [];
    (this.children as Node[]).splice(at, 0, child);
    this.byName ??= new Map();
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
    this.byName?.set(child.name, left);
  }

  setRelevant(relevant: boolean): void {
    const before = this.isRelevant;
    this.ownRelevant = relevant;
    if (this.isRelevant !== before) this.pass();
  }

  setReadonly(readonly: boolean): void {
    const before = this.isReadonly;
    this.ownWritable = !readonly;
    if (this.isReadonly !== before) this.pass();
  }

  private inherit(parent: Node): void {
    const [relevant, readonly] = [this.isRelevant, this.isReadonly];
    this.inheritedRelevant = parent.isRelevant;
    this.inheritedWritable = !parent.isReadonly;
    if (this.isRelevant !== relevant || this.isReadonly !== readonly) this.pass();
  }

  private pass(): void {
    for (const child of this.children) child.inherit(this);
  }

  /** A copy below `parent`, which does not know it yet; its states are as new. */
  copyTo(parent: Node): Node {
    const copy = new Node(this.name, this.qname, parent);
    copy.value = this.value;
    if (this.attributes.length > 0) copy.attributes = this.attributes.map((one) => ({ ...one }));
    for (const child of this.children) copy.add(child.copyTo(copy));
    return copy;
  }
}

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
    if (name === 'xmlns' || isTemplateMark(element, name)) continue;
    node.attributes = [...node.attributes, { name, value }];
  }
  const children = elementsOf(element);
  if (children.length === 0) node.value = textOf(element) || null;
  for (const child of children) {
    const made = nodeOf(child, node, onTemplate);
    if (onTemplate && isTemplate(child)) onTemplate(made);
    else node.add(made);
  }
  return node;
}

function isTemplate(element: XmlElement): boolean {
  for (const name of element.attributes.keys()) if (isTemplateMark(element, name)) return true;
  return false;
}

function isTemplateMark(element: XmlElement, name: string): boolean {
  const [prefix = '', local] = name.split(':');
  return local === 'template' && element.scope.get(prefix) === XFORMS_JR;
}
