/** Repeats: their templates, where a new instance goes, and how many there have to be. */

import type { Control, Definition } from './definition';
import type { Node } from './tree';
import { toInteger, type Plain } from './xpath/values';

/** A count beyond this is a mistake or an attack. */
const MOST_INSTANCES = 1_000;
/** Of all counted repeats together: counts within counts multiply. */
const MOST_TOGETHER = 5_000;

interface Repeat {
  readonly path: string;
  readonly control: Control;
}

export class Repeats {
  private readonly templates = new Map<string, Node>();
  private readonly repeats: Repeat[] = [];
  private counted = 0;
  /** The names of a path's children in the order of the form. */
  private readonly order = new Map<string, string[]>();

  constructor(
    private readonly main: Node,
    definition: Definition,
    templates: readonly Node[],
  ) {
    this.collect(definition.body);
    for (const template of templates) this.templates.set(template.path, template);
    for (const { path } of this.repeats) this.templateFrom(main, path.split('/').slice(1), path);
    this.learnOrder(main);
    this.templates.forEach((template) => this.learnOrder(template));
    for (const { path } of this.repeats) this.learnName(path);
  }

  private collect(controls: readonly Control[]): void {
    for (const control of controls) {
      if (control.kind === 'repeat' && control.path !== null) {
        this.repeats.push({ path: control.path, control });
      }
      this.collect(control.children);
    }
  }

  /** Without a template of its own, a repeat's first instance is it. */
  private templateFrom(node: Node, names: readonly string[], path: string): void {
    if (this.templates.has(path)) return;
    const [name = '', ...rest] = names;
    for (const child of node.named(name)) {
      if (rest.length > 0) this.templateFrom(child, rest, path);
      else if (!this.templates.has(path)) this.templates.set(path, child.copyTo(node));
    }
  }

  private learnOrder(node: Node): void {
    const known = this.order.get(node.path) ?? [];
    for (const { name } of node.children) if (!known.includes(name)) known.push(name);
    this.order.set(node.path, known);
    node.children.forEach((child) => this.learnOrder(child));
  }

  private learnName(path: string): void {
    const [parent, name] = [
      path.slice(0, path.lastIndexOf('/')),
      path.slice(path.lastIndexOf('/') + 1),
    ];
    const names = this.order.get(parent) ?? [];
    if (!names.includes(name)) this.order.set(parent, [...names, name]);
  }

  /** Every path below a path, as far as the form has nodes for it. */
  below(path: string): string[] {
    const names = this.order.get(path) ?? [];
    return names.flatMap((name) => [`${path}/${name}`, ...this.below(`${path}/${name}`)]);
  }

  /** Makes an instance after the last one. `find` looks a reference up. Throws RangeError. */
  create(reference: string, find: (reference: string) => Node | undefined): Node {
    const split = reference.lastIndexOf('/');
    const parent = split > 0 ? find(reference.slice(0, split)) : this.main;
    const name = reference.slice(split + 1).replace(/\[\d+\]$/, '');
    const template = parent && this.templates.get(`${parent.path}/${name}`);
    if (!parent || !template) throw new RangeError(`${reference} is no repeat`);
    const node = template.copyTo(parent);
    const names = this.order.get(parent.path) ?? [];
    const earlier = names.slice(0, names.indexOf(name) + 1);
    const before = parent.children.filter((child) => earlier.includes(child.name)).at(-1);
    if (before) parent.add(node, before);
    else parent.addFirst(node);
    return node;
  }

  /** References of counted repeats that lack an instance, one for each. */
  missing(value: (expr: object, node: Node) => Plain): string[] {
    return this.repeats.flatMap(({ path, control: { count } }) => {
      if (!count) return [];
      const names = path.split('/').slice(1);
      const name = names.pop() ?? '';
      return this.at(names).flatMap((parent) => {
        const place = parent.named(name)[0] ?? parent.detached(name);
        const wanted = Math.min(toInteger(value(count, place)) || 0, MOST_INSTANCES);
        if (parent.named(name).length >= wanted || this.counted >= MOST_TOGETHER) return [];
        this.counted += 1;
        return [`${parent.reference}/${name}`];
      });
    });
  }

  private at(names: readonly string[]): Node[] {
    return names.reduce<Node[]>(
      (nodes, name) => nodes.flatMap((node) => [...node.named(name)]),
      [this.main],
    );
  }
}
