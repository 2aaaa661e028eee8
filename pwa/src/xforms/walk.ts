/** The body of a form from top to bottom, with the nodes that its questions are about. */

import type { Control } from './definition';
import { expand, placeOf } from './places';
import type { Node } from './tree';

/** A question, or the heading of a group or of an instance of a repeat, as it stands now. */
export interface Part {
  readonly control: Control;
  readonly node: Node;
}

/** A group about a repeat gives it a heading; it is about no node of its own. */
export const isHeading = ({ kind, path, children }: Control): boolean =>
  kind === 'group' &&
  (path === null || children.some((child) => child.kind === 'repeat' && child.path === path));

/** The nodes that the control is about, as seen from the node of the group around it. */
export function nodesOf({ path }: Control, around: Node): readonly Node[] {
  if (path === null) return [];
  if (path.startsWith(around.path) && path[around.path.length] === '/') {
    return below([around], path.slice(around.path.length + 1).split('/'));
  }
  const [main] = around.ancestry;
  return main?.parent ? expand(main.parent, path, placeOf(around)) : [];
}

function below(nodes: readonly Node[], names: readonly string[]): readonly Node[] {
  return names.reduce((found, name) => found.flatMap((node) => [...node.named(name)]), nodes);
}

/** All relevant questions from top to bottom. */
export function* questionsOf(controls: readonly Control[], around: Node): Generator<Part> {
  for (const control of controls) {
    if (isHeading(control)) yield* questionsOf(control.children, around);
    else {
      for (const node of nodesOf(control, around)) {
        if (!node.isRelevant) continue;
        if (control.kind !== 'group' && control.kind !== 'repeat') yield { control, node };
        yield* questionsOf(control.children, node);
      }
    }
  }
}
