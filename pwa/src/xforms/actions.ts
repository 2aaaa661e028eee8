/** What a form stores by itself when it is opened, when a repeat grows, when an answer changes. */

import type { Action, Control, Definition } from './definition';
import type { FormHost } from './host';
import { expand, placeOf } from './places';
import type { Node } from './tree';
import { evaluate, type Compiled } from './xpath/compile';
import { NodeSet, type Plain } from './xpath/values';

interface Acting {
  readonly compiled: (expr: object) => Compiled;
  readonly store: (node: Node, result: Plain) => void;
  readonly note: (path: string, error: unknown) => void;
}

export class Actions {
  constructor(
    private readonly definition: Definition,
    private readonly host: FormHost,
    private readonly acting: Acting,
  ) {}

  /** Does what the form says for the event, in its head and at all of its controls. */
  fire(event: string): void {
    this.act(this.definition.actions, event, null);
    this.fireWithin(this.definition.body, event);
  }

  private fireWithin(controls: readonly Control[], event: string): void {
    for (const { actions, children, path, kind } of controls) {
      if (path !== null && actions.length > 0) {
        const isGroup = kind === 'group' || kind === 'repeat';
        const at = isGroup ? path : path.slice(0, path.lastIndexOf('/'));
        for (const node of expand(this.host.main, at, [])) this.act(actions, event, node);
      }
      this.fireWithin(children, event);
    }
  }

  /** `context`: the node as seen from which targets are meant; the root for null. */
  act(actions: readonly Action[], event: string, context: Node | null): void {
    for (const action of actions.filter(({ events }) => events.has(event))) {
      try {
        const [target, other] = this.targets(action, context ?? this.root);
        if (!target || other) continue;
        const compiled = action.value && this.acting.compiled(action.value);
        const result = compiled ? evaluate(compiled, this.host, target) : this.host.place();
        this.acting.store(target, result);
      } catch (error) {
        this.acting.note(context?.path ?? '', error);
      }
    }
  }

  /** An action reaches what isn't relevant yet, too. */
  private targets({ target }: Action, context: Node): readonly Node[] {
    if (typeof target === 'string') return expand(this.host.main, target, placeOf(context));
    const at = { host: this.host, node: context, position: -1, current: context };
    const found = this.acting.compiled(target)(at);
    return found instanceof NodeSet ? found.nodes : [];
  }

  private get root(): Node {
    return this.host.main.children[0] as Node;
  }
}
