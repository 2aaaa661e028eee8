/** From paths without positions to the nodes that are meant. */

import type { Node } from './tree';

/** Which instance of each repeat, from the root on. */
export type Place = readonly { readonly name: string; readonly index: number }[];

export const placeOf = (node: Node): Place => node.ancestry;

/** The nodes at a path, in those repeat instances of `place` that both share. */
export function expand(main: Node, path: string, place: Place): readonly Node[] {
  let nodes: readonly Node[] = [main];
  let together = true;
  path.split('/').forEach((name, depth) => {
    if (depth === 0) return;
    const here = place[depth - 1];
    together &&= here?.name === name;
    if (!together || !here) nodes = nodes.flatMap((node) => [...node.named(name)]);
    else nodes = nodes.flatMap((node) => node.named(name).slice(here.index, here.index + 1));
  });
  return nodes;
}
