/** Which nodes have changed since somebody last asked, so that only those are drawn anew. */

import type { Atom, Node } from './tree';

export class Changes {
  private found = new Set<Node>();

  /** The nodes whose value or state has changed, and the parents of those that came or went. */
  take(): ReadonlySet<Node> {
    const { found } = this;
    if (found.size > 0) this.found = new Set();
    return found;
  }

  note(node: Node): void {
    this.found.add(node);
  }

  setValue(node: Node, value: Atom): void {
    if (Object.is(node.value, value)) return;
    node.value = value;
    this.found.add(node);
  }

  setRelevant(node: Node, relevant: boolean): void {
    const before = node.isRelevant;
    node.setRelevant(relevant);
    if (node.isRelevant !== before) this.noteAll(node);
  }

  setReadonly(node: Node, readonly: boolean): void {
    const before = node.isReadonly;
    node.setReadonly(readonly);
    if (node.isReadonly !== before) this.noteAll(node);
  }

  setRequired(node: Node, required: boolean): void {
    if (node.required === required) return;
    node.required = required;
    this.found.add(node);
  }

  private noteAll(node: Node): void {
    this.found.add(node);
    for (const child of node.children) this.noteAll(child);
  }
}
