/** What expressions ask of the form and of the device. */

import { FormError, type Definition } from './definition';
import { roundDate } from './dates';
import { instanceOfCsv } from './csv';
import type { Texts } from './texts';
import { Node, treeOf } from './tree';
import { elementsOf, parseXml, type XmlElement } from './xml';
import type { Context, Host } from './xpath/compile';
import { toText, type Plain, type Value } from './xpath/values';

/** The world around a form; what is left out is the device's own. */
export interface Surroundings {
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly uuid?: () => string;
  /** The text of a file beside the form: `jr://file/wards.csv`. */
  readonly resource?: (src: string) => string | undefined;
  /** Properties such as `username`; nothing that identifies anybody in an anonymous round. */
  readonly property?: (name: string) => string | undefined;
  /** Where the device is, for a form that notes it by itself; left out, nobody asks. */
  readonly place?: () => string;
}

export class FormHost implements Host {
  private readonly instances = new Map<string, Node>();
  texts: Texts | undefined;
  labelOf: ((value: string, path: string, node: Node) => string) | undefined;

  constructor(
    readonly main: Node,
    private readonly definition: Definition,
    private readonly around: Surroundings,
  ) {}

  instance(id: string): Node {
    const known = this.instances.get(id);
    if (known) return known;
    const made = this.load(id);
    // Its elements are of no use any more, and many.
    this.definition.instances.delete(id);
    this.instances.set(id, made);
    return made;
  }

  private load(id: string): Node {
    const found = this.definition.instances.get(id);
    if (!found) {
      if (
        this.main.children[0]?.attributes.some(({ name, value }) => name === 'id' && value === id)
      ) {
        return this.main;
      }
      throw new FormError(`the form has no instance '${id}'`);
    }
    return 'src' in found ? this.external(found.src) : inline(found);
  }

  private external(src: string): Node {
    const text = this.around.resource?.(src);
    // A file that isn't there is one without content; so is what was saved before the first time.
    if (text === undefined) return new Node('', '', null);
    return text.trimStart().startsWith('<') ? treeOf(parseXml(text)) : instanceOfCsv(text);
  }

  place(): string {
    return this.around.place?.() ?? '';
  }

  now(): Date {
    return this.around.now?.() ?? new Date();
  }

  random(): number {
    return this.around.random?.() ?? Math.random();
  }

  uuid(): string {
    return this.around.uuid?.() ?? crypto.randomUUID();
  }

  /** The value that a preload gives at the start; null for none. */
  preloaded(kind: string, params: string): Plain | null {
    switch (kind) {
      case 'uid':
        return `uuid:${this.uuid()}`;
      case 'timestamp':
        return params === 'start' ? this.now() : null;
      case 'date':
        return params === 'today' ? roundDate(this.now()) : null;
      case 'property':
        return this.around.property?.(params) ?? null;
      default:
        return null;
    }
  }

  call(name: string, args: readonly Value[], { node }: Context): Value | undefined {
    const [first = '', second = ''] = args.map(toText);
    return this.answerTo(name, first, second, node);
  }

  private answerTo(name: string, first: string, second: string, node: Node): string | undefined {
    switch (name) {
      case 'jr:itext':
        return this.texts?.byId(first, node) ?? '';
      case 'jr:choice-name':
        return this.labelOf?.(first, second.trim(), node) ?? '';
      case 'property':
        return this.around.property?.(first) ?? '';
      case 'version':
        return this.definition.instance.attributes.get('version') ?? '';
      default:
        return undefined;
    }
  }
}

function inline(element: XmlElement): Node {
  const [root] = elementsOf(element);
  if (!root) throw new FormError('an instance is empty');
  return treeOf(root);
}
